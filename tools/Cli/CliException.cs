namespace BatchBus.Cli;

/// <summary>A reason to stop that the user can act on; it is printed as it is, without a stack trace.</summary>
class CliException(string message) : Exception(message)
{
    public virtual int ExitCode => ExitCodes.Failed;
}
