using System.Security.Cryptography;
using BatchBus.Database;
using BatchBus.Secrets;
using BatchBus.Tests.Servers.Stack;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BatchBus.Tests.Servers.Connections;

/// <summary><c>./batchbus secrets rotate</c>, on a database of each test's own.</summary>
public sealed class RotationTests : IAsyncLifetime
{
    // More than two of the command's chunks.
    const int Keys = 500;

    static readonly string Old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    static readonly string New = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    static readonly Guid[] Ids = [.. Enumerable.Range(1, Keys).Select(number => new Guid(number, 0, 0, new byte[8]))];

    TestDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        await Insert(Ids, Cipher(Old));
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Every_key_is_under_the_current_master_key_afterwards()
    {
        await Store(Ids[7], Cipher(New).Encrypt(KeyOf(Ids[7]), Ids[7]));
        await _database.Execute("UPDATE whop_connections SET deleted_at = now(), api_key_ciphertext = NULL WHERE id = $1", Ids[8]);
        var before = await Times();
        Assert.Equal((0, "498 API keys encrypted anew, 1 were under the current master key already, 0 cannot be read."), await Rotate());
        await AllAreUnder(Cipher(New), Ids.Where(id => id != Ids[8]));
        Assert.Equal(before, await Times());
        Assert.Equal((0, "0 API keys encrypted anew, 499 were under the current master key already, 0 cannot be read."), await Rotate());
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_is_named_and_left_and_the_rest_is_rotated()
    {
        var unknown = Cipher(Convert.ToBase64String(new byte[32])).Encrypt("lost", Ids[100]);
        var damaged = $"{Cipher(New).Encrypt("damaged", Ids[300])[..^8]}AAAAAAA=";
        await Store(Ids[100], unknown);
        await Store(Ids[300], damaged);
        var (exitCode, output) = await Rotate();
        Assert.Equal(1, exitCode);
        Assert.Contains($"Connection {Ids[100]}: The API key was encrypted with master key", output, StringComparison.Ordinal);
        Assert.Contains($"Connection {Ids[300]}: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("whop_key_of", output, StringComparison.Ordinal);
        Assert.EndsWith("498 API keys encrypted anew, 0 were under the current master key already, 2 cannot be read.", output, StringComparison.Ordinal);
        Assert.Equal((unknown, damaged), (await Stored(Ids[100]), await Stored(Ids[300])));
        await AllAreUnder(Cipher(New), Ids.Except([Ids[100], Ids[300]]));
    }

    [Fact]
    public async Task A_key_that_is_replaced_meanwhile_is_not_overwritten_and_rotated_too()
    {
        await using var service = await Lock(Ids[250]);
        using var rotation = Start();
        await Waiting();
        // By a service that has not been given the new master key yet.
        await Execute(service, "UPDATE whop_connections SET api_key_ciphertext = $2 WHERE id = $1", Ids[250], Cipher(Old).Encrypt("replaced", Ids[250]));
        await Execute(service, "COMMIT");
        Assert.Equal(0, (await rotation.End()).ExitCode);
        Assert.Equal("replaced", Cipher(New).Decrypt(await Stored(Ids[250]), Ids[250]));
        await AllAreUnder(Cipher(New), Ids.Where(id => id != Ids[250]));
    }

    [Fact]
    public async Task A_connection_that_is_deleted_meanwhile_stays_deleted()
    {
        await using var service = await Lock(Ids[250]);
        using var rotation = Start();
        await Waiting();
        await Execute(service, "UPDATE whop_connections SET deleted_at = now(), api_key_ciphertext = NULL WHERE id = $1", Ids[250]);
        await Execute(service, "COMMIT");
        var (exitCode, output) = await rotation.End();
        Assert.Equal((0, "499 API keys encrypted anew, 0 were under the current master key already, 0 cannot be read."), (exitCode, output.Trim()));
        Assert.True(await _database.Scalar<bool>("SELECT api_key_ciphertext IS NULL FROM whop_connections WHERE id = $1", Ids[250]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_interrupted_rotation_leaves_every_key_readable_and_the_next_one_ends_it(bool politely)
    {
        await using var service = await Lock(Ids[250]);
        using var rotation = Start();
        await Waiting();
        await rotation.Interrupt(politely);
        var (exitCode, output) = await rotation.End();
        if (politely) Assert.Equal((130, "Interrupted."), (exitCode, output.Trim()));
        await Execute(service, "ROLLBACK");

        await AllAreUnder(Cipher(New, Old), Ids);
        // Of a command that was killed, PostgreSQL may yet carry out the statement that it had been sent.
        string[] ends = politely ? ["300 API keys encrypted anew, 200"] : ["300 API keys encrypted anew, 200", "100 API keys encrypted anew, 400"];
        var (done, last) = await Rotate();
        Assert.Equal(0, done);
        Assert.Contains(last, ends.Select(end => $"{end} were under the current master key already, 0 cannot be read."));
        await AllAreUnder(Cipher(New), Ids);
    }

    [Fact]
    public async Task Two_rotations_at_once_do_not_get_in_each_others_way()
    {
        using var one = Start();
        using var two = Start();
        Assert.Equal((0, 0), ((await one.End()).ExitCode, (await two.End()).ExitCode));
        await AllAreUnder(Cipher(New), Ids);
    }

    [Fact]
    public async Task A_login_that_does_not_see_every_row_is_refused()
    {
        var (exitCode, output) = await Rotate(_database.As(LoginRoles.Api, MigratedDatabase.Password));
        Assert.Equal(1, exitCode);
        Assert.StartsWith("This login may not see every connection. Give an administrator's", output, StringComparison.Ordinal);
        await AllAreUnder(Cipher(Old), Ids);
    }

    [Theory]
    [InlineData("Secrets__MasterKey", "", "Secrets__MasterKey must be 32 bytes in base64")]
    [InlineData("Secrets__PreviousKeys", "c2hvcnQ=", "Every key in Secrets__PreviousKeys must be 32 bytes")]
    public async Task A_wrong_setting_is_said_in_a_sentence(string setting, string value, string says)
    {
        using var rotation = CliProcess.Start(new Dictionary<string, string>(Settings) { [setting] = value }, "secrets", "rotate", "--database", _database.ConnectionString);
        var (exitCode, output) = await rotation.End();
        Assert.Equal(1, exitCode);
        Assert.StartsWith(says, output, StringComparison.Ordinal);
    }

    static Dictionary<string, string> Settings => new() { ["Secrets__MasterKey"] = New, ["Secrets__PreviousKeys"] = Old };

    CliProcess Start(string? login = null) => CliProcess.Start(Settings, "secrets", "rotate", "--database", login ?? _database.ConnectionString);

    async Task<(int ExitCode, string Output)> Rotate(string? login = null)
    {
        using var rotation = Start(login);
        var (exitCode, output) = await rotation.End();
        return (exitCode, output.Trim());
    }

    static string KeyOf(Guid id) => $"whop_key_of_{id:N}";

    static ApiKeyCipher Cipher(string master, string previous = "") => new(Options.Create(new SecretsOptions { MasterKey = master, PreviousKeys = previous }));

    Task<int> Insert(Guid[] ids, ApiKeyCipher cipher) => _database.Execute("""
        INSERT INTO whop_connections (id, owner_id, company_id, label, api_key_ciphertext, key_fingerprint)
        SELECT id, $1, 'biz_rotated_1', 'rotated', ciphertext, id::text FROM unnest($2, $3) AS n(id, ciphertext)
        """, Guid.NewGuid(), ids, ids.Select(id => cipher.Encrypt(KeyOf(id), id)).ToArray());

    Task<int> Store(Guid id, string ciphertext) => _database.Execute("UPDATE whop_connections SET api_key_ciphertext = $2 WHERE id = $1", id, ciphertext);

    Task<string> Stored(Guid id) => _database.Scalar<string>("SELECT api_key_ciphertext FROM whop_connections WHERE id = $1", id);

    Task<string> Times() => _database.Scalar<string>("SELECT string_agg(updated_at::text, ',' ORDER BY id) FROM whop_connections");

    async Task AllAreUnder(ApiKeyCipher cipher, IEnumerable<Guid> ids)
    {
        var stored = await _database.Column<string>("SELECT id || ' ' || api_key_ciphertext FROM whop_connections WHERE id = ANY($1) ORDER BY id", ids.ToArray());
        Assert.Equal(ids.Select(KeyOf), stored.Select(row => row.Split(' ')).Select(row => cipher.Decrypt(row[1], Guid.Parse(row[0]))));
    }

    /// <summary>A transaction that holds a row, as a service does that is about to change it.</summary>
    async Task<NpgsqlConnection> Lock(Guid id)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Execute(connection, "BEGIN");
        await Execute(connection, "SELECT FROM whop_connections WHERE id = $1 FOR UPDATE", id);
        return connection;
    }

    Task Waiting() => Eventually.True(async () => await _database.Scalar<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"), "the rotation to stand at the lock");

    static async Task Execute(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var p in parameters) command.Parameters.Add(new NpgsqlParameter { Value = p });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
