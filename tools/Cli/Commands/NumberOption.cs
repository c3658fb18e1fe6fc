using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BatchBus.Cli.Commands;

/// <summary>An option that takes a whole number within a range and says so when it gets something else.</summary>
static class NumberOption
{
    public static Option<int> WithDefault(string name, int byDefault, int least, int most, string description) => new(name)
    {
        Description = $"{description} {Range(least, most)}.",
        HelpName = "number",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Parse(result, name, least, most) ?? 0,
    };

    public static Option<int?> Optional(string name, int least, int most, string description) => new(name)
    {
        Description = $"{description} {Range(least, most)}.",
        HelpName = "number",
        CustomParser = result => Parse(result, name, least, most),
    };

    static int? Parse(ArgumentResult result, string name, int least, int most)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        result.AddError($"{name} must be a whole number from {Text(least)} to {Text(most)}, not '{text}'.");
        return null;
    }

    static string Range(int least, int most) => $"From {Text(least)} to {Text(most)}";

    static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
