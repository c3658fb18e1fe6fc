using BatchBus.Cli;
using BatchBus.Cli.Processes;

namespace BatchBus.Tests.Fast.Cli;

public sealed class RunFileTests : IDisposable
{
    static readonly ProcessIdentity Us = ProcessIdentity.Of(Environment.ProcessId)!;
    static readonly RunningProcess Alive = new("postgres", Us, StopSignal.Interrupt, 20001);
    static readonly RunningProcess Dead = new("fetcher-1", Us with { StartTicks = 1 }, StopSignal.Terminate, 20002);

    readonly TemporaryInstance _temporary = new();

    [Fact]
    public void What_was_started_is_known_to_the_next_command()
    {
        var first = new RunFile(_temporary.Instance);
        first.Add(Alive);
        first.Add(Dead);
        first.RequestsPerMinute = 600;

        var next = new RunFile(_temporary.Instance);

        Assert.Equal([Alive, Dead], next.Recorded);
        Assert.Equal(600, next.RequestsPerMinute);
    }

    [Fact]
    public void Only_what_still_runs_is_found()
    {
        var runFile = new RunFile(_temporary.Instance);
        runFile.Add(Alive);
        runFile.Add(Dead);

        Assert.Equal([Alive], runFile.Running);
        Assert.Equal(Alive, runFile.Find("postgres"));
        Assert.Null(runFile.Find("fetcher-1"));
    }

    [Fact]
    public void A_process_that_is_started_anew_takes_the_place_of_the_old_one()
    {
        var runFile = new RunFile(_temporary.Instance);
        runFile.Add(Dead);
        var anew = Dead with { Identity = Us };
        runFile.Add(anew);

        Assert.Equal([anew], runFile.Recorded);
    }

    [Fact]
    public void A_copied_folder_does_not_own_the_processes_of_the_original()
    {
        new RunFile(_temporary.Instance).Add(Alive);
        using var copy = new TemporaryInstance();
        File.Copy(_temporary.Instance.FileNamed("run.json"), copy.Instance.FileNamed("run.json"));

        Assert.Empty(new RunFile(copy.Instance).Recorded);
    }

    [Fact]
    public void A_damaged_file_is_named_in_a_sentence()
    {
        File.WriteAllText(_temporary.Instance.FileNamed("run.json"), "{ half");

        var error = Assert.Throws<CliException>(() => new RunFile(_temporary.Instance));

        Assert.Contains("run.json is damaged", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _temporary.Dispose();
}
