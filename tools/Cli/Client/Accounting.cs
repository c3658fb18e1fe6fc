using System.Globalization;

namespace BatchBus.Cli.Client;

/// <summary>What became of the members that were read.</summary>
sealed record Accounting(long Fetched, long Inserted, long Duplicates, long Invalid, long WithoutEmail)
{
    public bool AddsUp => Fetched == Inserted + Duplicates + Invalid + WithoutEmail;

    public static Accounting operator +(Accounting a, Accounting b) =>
        new(a.Fetched + b.Fetched, a.Inserted + b.Inserted, a.Duplicates + b.Duplicates, a.Invalid + b.Invalid, a.WithoutEmail + b.WithoutEmail);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"fetched {Fetched:N0} = inserted {Inserted:N0} + duplicates {Duplicates:N0} + invalid {Invalid:N0} + without e-mail {WithoutEmail:N0}");
}
