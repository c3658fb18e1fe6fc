using Npgsql;

namespace BatchBus.Cli.Servers;

/// <summary>What the user gives in the environment instead of private servers and made-up secrets.</summary>
static class Given
{
    public static string? Value(string name) =>
        Environment.GetEnvironmentVariable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The administrator's connection string of an existing PostgreSQL, or null.</summary>
    public static string? Postgres() => Value("ConnectionStrings__Postgres") is { } value ? Checked(value, "ConnectionStrings__Postgres") : null;

    /// <summary>An existing RabbitMQ, or null.</summary>
    public static (string Amqp, string Management)? RabbitMq()
    {
        if (Value("ConnectionStrings__RabbitMq") is not { } amqp) return null;
        if (!Uri.TryCreate(amqp, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
            throw new CliException("ConnectionStrings__RabbitMq must look like amqp://user:password@host:5672/virtualhost.");
        var management = Value("RabbitMq__ManagementUrl")
            ?? throw new CliException("With ConnectionStrings__RabbitMq also set RabbitMq__ManagementUrl, e.g. http://localhost:15672.");
        return (amqp, management);
    }

    /// <summary>True when the passwords of both login roles are given.</summary>
    public static bool RolePasswords => Value("Database__ApiPassword") is not null && Value("Database__IngestPassword") is not null;

    /// <summary>The same connection string, or an error that says where it came from but not what is in it.</summary>
    public static string Checked(string connectionString, string source)
    {
        try
        {
            if (new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 }) return connectionString;
        }
        catch (ArgumentException)
        {
            // Said below, for a missing host too.
        }
        throw new CliException($"{source} must look like Host=…;Port=5432;Username=…;Password=…;Database=….");
    }
}
