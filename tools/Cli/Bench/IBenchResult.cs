using System.Text.Json;

namespace BatchBus.Cli.Bench;

/// <summary>What a benchmark came to.</summary>
interface IBenchResult
{
    /// <summary>For people.</summary>
    string Sentence { get; }

    /// <summary>How much went wrong; a benchmark with failures is none.</summary>
    int Failures { get; }
}

static class BenchJson
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Of<TResult>(TResult result) where TResult : IBenchResult => JsonSerializer.Serialize(result, Format);
}
