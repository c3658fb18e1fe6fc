using Microsoft.Extensions.Options;

namespace BatchBus.Hosting;

/// <summary>Says in a sentence what keeps a service from starting.</summary>
static class StartFailure
{
    const string BeforeSentence = "with the error: '";

    public static string Explain(Exception failure) => failure switch
    {
        OptionsValidationException settings => string.Join(" ", settings.Failures.Select(Sentence)),
        AggregateException several => string.Join(" ", several.InnerExceptions.Select(Explain)),
        _ => failure.Message,
    };

    /// <summary>The rule's own sentence, out of the frame that the validation of data annotations puts around it.</summary>
    public static string Sentence(string failure) => failure.IndexOf(BeforeSentence, StringComparison.Ordinal) is var at and >= 0
        ? failure[(at + BeforeSentence.Length)..].TrimEnd('.', '\'') + "."
        : failure;
}
