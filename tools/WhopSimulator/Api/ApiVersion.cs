using System.Globalization;

namespace BatchBus.WhopSimulator.Api;

/// <summary>Which shape the <c>Api-Version-Date</c> header asks for.</summary>
/// <param name="IsNative">False: <c>company_id</c> and <c>user.email</c>. True: <c>account_id</c>.</param>
/// <param name="HasEmail">False for the native dates whose list leaves the e-mail out.</param>
readonly record struct ApiVersion(bool IsNative, bool HasEmail)
{
    public const string Header = "Api-Version-Date";

    static readonly DateOnly LastLegacy = new(2026, 7, 20);
    static readonly DateOnly FirstNative = new(2026, 8, 21);
    static readonly DateOnly LastWithoutEmail = new(2026, 9, 25);

    public string CompanyParameter => IsNative ? "account_id" : "company_id";

    /// <exception cref="WhopErrorException">400 when the date is malformed, or between the two shapes, where Whop published no version.</exception>
    public static ApiVersion Of(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var header)) return new ApiVersion(IsNative: false, HasEmail: true);
        if (!DateOnly.TryParseExact(header, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            throw WhopErrorException.Invalid($"{Header} must be a date like 2026-07-20.");
        if (date > LastLegacy && date < FirstNative) throw WhopErrorException.Invalid($"{Header} {header} is not a known version.");
        return new ApiVersion(date >= FirstNative, date <= LastLegacy || date > LastWithoutEmail);
    }
}
