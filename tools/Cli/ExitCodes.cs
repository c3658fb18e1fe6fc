namespace BatchBus.Cli;

/// <summary>What the command ends with (docs/cli.md).</summary>
static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It was refused or went wrong; or what was looked at is not as it should be.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The Api, or what it needs, is away; the same command may succeed later.</summary>
    public const int Unreachable = 3;

    /// <summary>What a shell reports for a program that was ended by SIGINT.</summary>
    public const int Interrupted = 130;
}
