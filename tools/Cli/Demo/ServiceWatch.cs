using System.Globalization;
using BatchBus.Cli.Processes;
using BatchBus.Cli.Stack;

namespace BatchBus.Cli.Demo;

/// <summary>Notices services that end while the demo runs, and tells how much memory they took.</summary>
sealed class ServiceWatch(Instance instance, IEnumerable<RunningProcess> services)
{
    readonly List<RunningProcess> _services = [.. services];

    /// <summary>The services that have ended on their own.</summary>
    public IReadOnlyList<string> Ended => [.. _services.Where(s => !s.Identity.IsRunning).Select(s => s.Name)];

    /// <summary>Watches a service that was stopped and has been started again, instead of its earlier self.</summary>
    public void Follow(RunningProcess service)
    {
        _services.RemoveAll(earlier => earlier.Name == service.Name);
        _services.Add(service);
    }

    /// <summary>Others of the same kind take over from one that has ended; without any, waiting would be in vain.</summary>
    public void FailIfAKindIsGone()
    {
        var gone = _services.GroupBy(s => ServiceNames.KindOf(s.Name)).FirstOrDefault(kind => kind.All(s => !s.Identity.IsRunning));
        if (gone is not null) throw new CliException($"{gone.Last().Name} ended in the middle of the run.{LogTail.Of(instance, gone.Last().Name)}");
    }

    /// <summary>The highest memory use of each Fetcher and Ingest so far.</summary>
    public string PeakMemory() => string.Join(", ", _services.Where(s => ServiceNames.IsWorker(s.Name)).Select(Peak));

    static string Peak(RunningProcess service) => service.Identity.PeakMemory() is { } bytes
        ? string.Create(CultureInfo.InvariantCulture, $"{service.Name} {bytes / 1024 / 1024:N0} MB")
        : $"{service.Name} unknown";
}
