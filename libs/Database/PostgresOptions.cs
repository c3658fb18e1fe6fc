using System.ComponentModel.DataAnnotations;
using Npgsql;

namespace BatchBus.Database;

/// <summary>Where the database is.</summary>
public sealed class PostgresOptions : IValidatableObject
{
    /// <summary><c>ConnectionStrings__Postgres</c>, in Npgsql's form. Required.</summary>
    public string ConnectionString { get; set; } = "";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryParse(ConnectionString))
            yield return new("ConnectionStrings__Postgres must be a connection string such as Host=localhost;Port=5432;Database=batchbus;Username=batchbus_api;Password=….");
    }

    static bool TryParse(string text)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
