using System.Text.Json.Serialization;

namespace BatchBus.Cli.Doctor;

/// <summary>How a check ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
enum Outcome
{
    [JsonStringEnumMemberName("ok")] Ok,

    /// <summary>It works, or could not be looked at; somebody should know.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>What a check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Outcome">How it is.</param>
/// <param name="Sentence">What was seen and, unless all is well, what to do.</param>
sealed record Finding(string Check, Outcome Outcome, string Sentence)
{
    public static Finding Ok(string check, string sentence) => new(check, Outcome.Ok, sentence);

    public static Finding Warning(string check, string sentence) => new(check, Outcome.Warning, sentence);

    public static Finding Failed(string check, string sentence) => new(check, Outcome.Failed, sentence);
}
