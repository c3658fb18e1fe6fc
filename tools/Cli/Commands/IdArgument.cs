using System.CommandLine;

namespace BatchBus.Cli.Commands;

/// <summary>An id on the command line.</summary>
static class IdArgument
{
    /// <param name="name">What it is the id of.</param>
    /// <param name="source">Where it can be found.</param>
    public static Argument<Guid> Of(string name, string source) => new(name)
    {
        Description = $"The {name}'s id (a uuid); {source}",
        CustomParser = result =>
        {
            if (Guid.TryParse(result.Tokens[0].Value, out var id)) return id;
            result.AddError($"{name} must be a whole uuid such as 7d3f0c5e-6f6f-4a62-9d3e-0f2a4c1b8e55; {source}");
            return Guid.Empty;
        },
    };

    public static Argument<Guid> Job() => Of("job", "./batchbus jobs lists them.");
}
