using Npgsql;
using NpgsqlTypes;

namespace BatchBus.Api.BatchLists;

/// <summary>Fills a command's parameters <c>$1</c>, <c>$2</c>, … in their order.</summary>
static class Parameters
{
    public static void Add(this NpgsqlCommand command, ReadOnlySpan<object> values)
    {
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
    }

    /// <summary>Of a value that may be null PostgreSQL has to be told the type.</summary>
    public static void AddTexts(this NpgsqlCommand command, ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)text ?? DBNull.Value });
    }
}
