namespace BatchBus.WhopSimulator.Companies;

/// <summary>How many of a company's members are of each awkward kind, as shares of 1 in steps of 0.001.</summary>
sealed record Shares
{
    /// <summary>Members who repeat an earlier member's e-mail, spelled the same or differently.</summary>
    public double Duplicates { get; init; } = 0.03;

    /// <summary>Members whose e-mail is null.</summary>
    public double Missing { get; init; } = 0.02;

    /// <summary>Members whose e-mail is no address.</summary>
    public double Invalid { get; init; } = 0.01;

    /// <summary>Members whose user is null: a deleted account, or a business.</summary>
    public double NullUsers { get; init; } = 0.005;

    /// <summary>One sentence, or null when all is well.</summary>
    public string? Problem()
    {
        double[] all = [Duplicates, Missing, Invalid, NullUsers];
        if (all.Any(share => share is not (>= 0 and <= 1))) return "Each share must be between 0 and 1.";
        if (all.Any(share => Math.Abs(share * 1000 - Math.Round(share * 1000)) > 1e-6)) return "Each share must be a multiple of 0.001.";
        return all.Sum(PerThousand) > 1000 ? "The shares add up to more than 1." : null;
    }

    public static int PerThousand(double share) => (int)Math.Round(share * 1000);
}
