using System.ComponentModel.DataAnnotations;
using BatchBus.Database;
using BatchBus.Hosting;
using BatchBus.Secrets;
using BatchBus.Whop;
using Microsoft.Extensions.Configuration;

namespace BatchBus.Cli.Doctor;

/// <summary>Holds the settings against the rules of the services; what is null did not pass.</summary>
sealed class SettingsCheck
{
    const string Name = "settings", NotGiven = " (Nothing is set, and no private server runs: ./batchbus up starts them.)";

    readonly List<Finding> _wrong = [];

    public SettingsCheck(IConfiguration settings)
    {
        Postgres = Checked(new PostgresOptions { ConnectionString = settings.GetConnectionString("Postgres") ?? "" }, options => options.ConnectionString)?.ConnectionString;
        var broker = settings.GetSection(RabbitMqOptions.SectionName).Get<RabbitMqOptions>() ?? new RabbitMqOptions();
        broker.Uri = settings.GetConnectionString("RabbitMq") ?? "";
        RabbitMq = Checked(broker, options => options.Uri);
        Secrets = Bound<SecretsOptions>(settings, SecretsOptions.SectionName);
        Whop = Bound<WhopOptions>(settings, WhopOptions.SectionName);
        CheckAuth(settings["Auth:JwtSecret"], settings["Auth:Authority"]);
    }

    public string? Postgres { get; }

    public RabbitMqOptions? RabbitMq { get; }

    public SecretsOptions? Secrets { get; }

    public WhopOptions? Whop { get; }

    public IReadOnlyList<Finding> Findings => _wrong.Count > 0 ? _wrong : [Finding.Ok(Name, "Servers, master key, tokens and Whop are set, each as it should be.")];

    T? Bound<T>(IConfiguration settings, string section) where T : class, new()
    {
        try
        {
            return Checked(settings.GetSection(section).Get<T>() ?? new T());
        }
        catch (InvalidOperationException e)
        {
            _wrong.Add(Finding.Failed(Name, e.Message.Replace($"{section}:", $"{section}__", StringComparison.Ordinal)));
            return null;
        }
    }

    T? Checked<T>(T options, Func<T, string>? value = null) where T : class
    {
        var wrong = new List<ValidationResult>();
        if (Validator.TryValidateObject(options, new ValidationContext(options), wrong, validateAllProperties: true)) return options;
        var hint = value?.Invoke(options).Length == 0 ? NotGiven : "";
        _wrong.AddRange(wrong.Select(result => Finding.Failed(Name, $"{result.ErrorMessage}{hint}")));
        return null;
    }

    // The rule itself belongs to Api, which no tool is built on; a secret that signs a token here is long enough there.
    void CheckAuth(string? secret, string? authority)
    {
        if (string.IsNullOrEmpty(secret) == string.IsNullOrEmpty(authority))
            _wrong.Add(Finding.Failed(Name, "Set either Auth__JwtSecret or Auth__Authority: without, Api accepts no token; with both, it does not start."));
        else if (secret is { Length: > 0 } && LocalToken.Refusal(secret) is { } refusal) _wrong.Add(Finding.Failed(Name, refusal));
    }
}
