namespace BatchBus.Cli;

/// <summary>What was asked for makes no sense as it stands; nothing was done.</summary>
sealed class UsageException(string message) : CliException(message)
{
    public override int ExitCode => ExitCodes.Usage;
}
