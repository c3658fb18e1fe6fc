using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;

namespace BatchBus.Cli.Bench;

/// <summary>
/// The simplest worker that could do it, for comparison: it reads a page, drops the addresses that it has seen, inserts the rest in one round trip, and
/// reads the next. It keeps no place to go on from, no counts, no pace and no priorities, and nothing else runs beside it.
/// </summary>
sealed class PlainLoop(Uri simulator, string server)
{
    /// <summary>Members a second.</summary>
    public async Task<double> Measure(string companyId, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var connection = await source.OpenConnectionAsync(ct);
        await Execute(connection, "DROP TABLE IF EXISTS bench_members; CREATE TABLE bench_members (LIKE audience_members INCLUDING ALL)", ct);
        using var http = new HttpClient { BaseAddress = simulator };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"sim_{companyId}");

        var (seen, members, audience, cursor) = (new HashSet<string>(), 0L, Guid.CreateVersion7(), default(string));
        var start = TimeProvider.System.GetTimestamp();
        do
        {
            using var page = await Page(http, companyId, cursor, ct);
            var people = page.RootElement.GetProperty("data");
            await Insert(connection, audience, people, seen, ct);
            members += people.GetArrayLength();
            var info = page.RootElement.GetProperty("page_info");
            cursor = info.GetProperty("has_next_page").GetBoolean() ? info.GetProperty("end_cursor").GetString() : null;
        }
        while (cursor is not null);
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        await Execute(connection, "DROP TABLE bench_members", ct);
        return members / seconds;
    }

    static async Task<JsonDocument> Page(HttpClient http, string companyId, string? cursor, CancellationToken ct)
    {
        var after = cursor is null ? "" : $"&after={Uri.EscapeDataString(cursor)}";
        await using var body = await http.GetStreamAsync(new Uri($"api/v1/members?company_id={companyId}&first=100&order=created_at&direction=asc{after}", UriKind.Relative), ct);
        return await JsonDocument.ParseAsync(body, default, ct);
    }

    static async Task Insert(NpgsqlConnection connection, Guid audience, JsonElement people, HashSet<string> seen, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var person in people.EnumerateArray())
        {
            var user = person.GetProperty("user");
            if (user.ValueKind is not JsonValueKind.Object || Text(user, "email")?.Trim().ToLowerInvariant() is not { Length: > 0 } email || !seen.Add(email)) continue;
            var insert = new NpgsqlBatchCommand("""
                INSERT INTO bench_members (audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
                """);
            object?[] values = [audience, email, Text(person, "id"), Text(user, "id"), Text(user, "name"), Text(user, "username"), Text(person, "status"), Text(person, "access_level")];
            foreach (var value in values) insert.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            batch.BatchCommands.Add(insert);
        }
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(ct);
    }

    static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Replace("\0", "", StringComparison.Ordinal) : null;

    static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
