namespace BatchBus.WhopSimulator.Faults;

static class FaultKind
{
    public const string RateLimited = "rate_limited";
    public const string Error500 = "error_500";
    public const string Error502 = "error_502";
    public const string Error503 = "error_503";
    public const string Unauthorized = "unauthorized";
    public const string KeyEchoed = "key_echoed";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string Unprocessable = "unprocessable";
    public const string BadRequestCursor = "bad_request_cursor";
    public const string RepeatedCursor = "repeated_cursor";
    public const string TruncatedJson = "truncated_json";
    public const string Html = "html";
    public const string ConnectionReset = "connection_reset";
    public const string SlowDrip = "slow_drip";
    public const string NoAnswer = "no_answer";
    public const string EmailsWithdrawn = "emails_withdrawn";

    public static readonly string[] All =
    [
        RateLimited, Error500, Error502, Error503, Unauthorized, KeyEchoed, Forbidden, NotFound, Unprocessable, BadRequestCursor,
        RepeatedCursor, TruncatedJson, Html, ConnectionReset, SlowDrip, NoAnswer, EmailsWithdrawn,
    ];

    /// <summary>These spoil a cursor, so they pass by requests that bring none.</summary>
    public static readonly string[] NeedCursor = [BadRequestCursor, RepeatedCursor];

    public static readonly string[] MembersOnly = [BadRequestCursor, RepeatedCursor, EmailsWithdrawn];
}

/// <summary>Something that goes wrong on purpose, as <c>POST /_sim/faults</c> asks for it.</summary>
sealed record Fault
{
    public string Kind { get; init; } = "";

    /// <summary><c>members</c> or <c>companies</c>.</summary>
    public string Operation { get; init; } = "members";

    /// <summary>Null for every company.</summary>
    public string? CompanyId { get; init; }

    /// <summary>How many requests it hits before it is spent; null for no end.</summary>
    public int? Count { get; init; }

    /// <summary>How likely it hits a request that it could hit.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Spares the pages before this one.</summary>
    public int FromPage { get; init; } = 1;

    /// <summary>Spares the requests before this one, counted from when the fault was set.</summary>
    public int FromRequest { get; init; } = 1;

    /// <summary>For <c>rate_limited</c>.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>For <c>rate_limited</c>: leaves the <c>Retry-After</c> header out.</summary>
    public bool MessageOnly { get; init; }

    /// <summary>For <c>slow_drip</c>: how long the body takes.</summary>
    public double DelaySeconds { get; init; } = 10;
}

/// <summary>A request that a fault may hit.</summary>
readonly record struct FaultTarget(string Operation, string CompanyId, int Page, bool HasCursor);
