using System.Globalization;

namespace BatchBus.Cli.Stack;

/// <summary>What the processes of the stack are called, in <c>run.json</c>, in <c>status</c> and as logs.</summary>
static class ServiceNames
{
    public const string Api = "api", Simulator = "simulator", Fetcher = "fetcher", Ingest = "ingest";

    /// <summary>The name of a worker, counted from 1.</summary>
    public static string Worker(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}");

    /// <summary>True for a Fetcher or Ingest.</summary>
    public static bool IsWorker(string name) => KindOf(name) is Fetcher or Ingest;

    /// <summary>True for what is BatchBus or its simulator, false for a server.</summary>
    public static bool IsService(string name) => KindOf(name) is Api or Simulator || IsWorker(name);

    public static string KindOf(string name) => name.Split('-')[0];

    /// <summary>Which of the kind it is; 0 for what there is only one of.</summary>
    public static int NumberOf(string name) => int.TryParse(name.Split('-')[^1], CultureInfo.InvariantCulture, out var number) ? number : 0;
}
