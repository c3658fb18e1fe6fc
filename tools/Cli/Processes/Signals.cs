using System.Runtime.InteropServices;

namespace BatchBus.Cli.Processes;

/// <summary>The signals that end a process, with their numbers on Linux.</summary>
enum StopSignal
{
    /// <summary>PostgreSQL's fast shutdown: it ends its sessions instead of waiting for them.</summary>
    Interrupt = 2,

    /// <summary>PostgreSQL's immediate shutdown: as a crash, but nothing of it stays.</summary>
    Quit = 3,
    Kill = 9,
    Terminate = 15,
}

static class Signals
{
    const int NoSuchProcess = 3;
    const int Continue = 18, Stop = 19;

    /// <summary>Sends a signal; that the process has just ended is no error.</summary>
    public static void Send(RunningProcess process, StopSignal signal) => Send(process, (int)signal);

    /// <summary>Holds a process in the middle of whatever it does.</summary>
    public static void Freeze(RunningProcess process) => Send(process, Stop);

    /// <summary>Lets a frozen process go on.</summary>
    public static void Thaw(RunningProcess process) => Send(process, Continue);

    static void Send(RunningProcess process, int signal)
    {
        if (!process.Identity.IsRunning || Kill(process.Identity.Pid, signal) == 0) return;
        var error = Marshal.GetLastPInvokeError();
        if (error == NoSuchProcess) return;
        throw new CliException($"Cannot signal {process.Name} (process {process.Identity.Pid}): {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int pid, int signal);
}
