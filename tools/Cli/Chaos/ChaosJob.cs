namespace BatchBus.Cli.Chaos;

/// <summary>One job of a round, and what goes wrong with it.</summary>
sealed class ChaosJob
{
    public required string CompanyId { get; init; }
    public required int Members { get; init; }

    /// <summary>The bearer token of its owner.</summary>
    public required string Token { get; init; }

    public required WhopTrouble Trouble { get; init; }

    /// <summary>When its list is asked for, counted from the round's start.</summary>
    public required TimeSpan At { get; init; }

    public Guid ConnectionId { get; set; }
    public Guid Id { get; set; }
    public Guid AudienceId { get; set; }

    /// <summary>The final fault while it is set.</summary>
    public int? FaultId { get; set; }

    /// <summary>How often it has failed as it should, and was started again.</summary>
    public int Retries { get; set; }

    public string Status { get; set; } = "not created";
    public string? ErrorCode { get; set; }

    public bool HasEnded => Status is "completed" or "cancelled" || (Status == "failed" && FaultId is null);

    /// <summary>Draws the jobs of a round.</summary>
    public static IReadOnlyList<ChaosJob> Draw(Random random, ChaosOptions options, int round, LocalToken token) => [.. Enumerable.Range(0, options.Jobs).Select(number =>
    {
        var members = random.Next(options.Members * 6 / 10, options.Members * 14 / 10);
        var company = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"biz_chaos{round}x{number}_{members}");
        return new ChaosJob
        {
            CompanyId = company,
            Members = members,
            // Several jobs share an owner, and no two a company.
            Token = token.For(LocalToken.LocalUser(1 + number % 4), LocalToken.Authenticated, TimeSpan.FromDays(1)),
            // How fast work is back after an outage would be Whop's doing otherwise.
            Trouble = options.Outage == 0 ? WhopTrouble.Draw(random, number, company, members / 100) : WhopTrouble.None,
            At = TimeSpan.FromSeconds(random.NextDouble() * 3),
        };
    })];
}
