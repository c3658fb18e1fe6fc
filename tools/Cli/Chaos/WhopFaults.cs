namespace BatchBus.Cli.Chaos;

/// <summary>A fault of the simulated Whop, as <c>POST /_sim/faults</c> takes it.</summary>
sealed record WhopFault(string Kind, string CompanyId)
{
    public double Probability { get; init; } = 1;
    public int FromPage { get; init; } = 1;
    public int RetryAfterSeconds { get; init; } = 1;
    public bool MessageOnly { get; init; }
    public double DelaySeconds { get; init; } = 1;
}

/// <summary>Members who join and leave, as <c>PUT /_sim/companies/{id}/movement</c> takes it.</summary>
sealed record WhopMovement(int Joiners, int Leavers, int FromPage, int PerRequest);

/// <summary>What goes wrong at Whop with one company.</summary>
/// <param name="Passing">Faults that a job must outlive by itself.</param>
/// <param name="Final">A fault that must fail the job, until it is lifted; null for none.</param>
/// <param name="FailsWith">The error code that the job must then have.</param>
/// <param name="Movement">Null when nobody comes or goes.</param>
sealed record WhopTrouble(IReadOnlyList<WhopFault> Passing, WhopFault? Final, string? FailsWith, WhopMovement? Movement)
{
    public static readonly WhopTrouble None = new([], null, null, null);

    static readonly (string Kind, string Code)[] FinalKinds =
    [
        ("unauthorized", "whop_unauthorized"), ("emails_withdrawn", "whop_emails_withheld"), ("html", "whop_bad_response"),
        ("bad_request_cursor", "whop_bad_request"), ("repeated_cursor", "whop_bad_response"), ("forbidden", "whop_forbidden"),
    ];

    /// <summary>Draws the trouble of one job. Of ten jobs, three meet a final fault and two a list that moves.</summary>
    public static WhopTrouble Draw(Random random, int job, string companyId, int pages)
    {
        var passing = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Passes(random, companyId)).ToArray();
        var movement = job % 5 == 4 ? new WhopMovement(random.Next(50, 300), random.Next(50, 300), random.Next(2, pages / 2), 40) : null;
        if (job % 10 is not (1 or 3 or 6)) return new WhopTrouble(passing, null, null, movement);
        var (kind, code) = FinalKinds[random.Next(FinalKinds.Length)];
        return new WhopTrouble(passing, new WhopFault(kind, companyId) { FromPage = random.Next(2, pages - 1) }, code, movement);
    }

    static WhopFault Passes(Random random, string companyId) => random.Next(10) switch
    {
        0 => new WhopFault("rate_limited", companyId) { Probability = 0.1 },
        1 => new WhopFault("rate_limited", companyId) { Probability = 0.1, MessageOnly = true, RetryAfterSeconds = 2 },
        2 => new WhopFault("rate_limited", companyId) { Probability = 0.02, RetryAfterSeconds = 5 }, // longer than Fetcher waits
        3 => new WhopFault("error_500", companyId) { Probability = 0.15 },
        4 => new WhopFault("error_502", companyId) { Probability = 0.15 },
        5 => new WhopFault("error_503", companyId) { Probability = 0.15 },
        6 => new WhopFault("connection_reset", companyId) { Probability = 0.08 },
        7 => new WhopFault("truncated_json", companyId) { Probability = 0.05 },
        8 => new WhopFault("slow_drip", companyId) { Probability = 0.05 },
        _ => new WhopFault("no_answer", companyId) { Probability = 0.02 },
    };
}
