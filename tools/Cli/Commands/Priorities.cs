namespace BatchBus.Cli.Commands;

/// <summary>How urgent a job can be.</summary>
static class Priorities
{
    public const string Normal = "normal";

    public static readonly string[] All = ["low", Normal, "high", "vip"];
}
