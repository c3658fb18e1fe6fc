using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BatchBus.Tests.Servers.Stack;
using Npgsql;

namespace BatchBus.Tests.Servers.Audiences;

/// <summary>Downloads that are larger than what may be in memory, and those that end before their time.</summary>
public sealed class MemberCsvStreamTests(ApiAlone fixture) : IClassFixture<ApiAlone>, IDisposable
{
    const int MiB = 1024 * 1024;

    readonly RunningStack _stack = fixture.Stack;
    readonly HttpClient _http = new(new SocketsHttpHandler { ConnectCallback = Connect }) { BaseAddress = fixture.Stack.Api.Address };
    readonly TestApp _app = fixture.Stack.App();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_million_members_are_downloaded_in_constant_memory()
    {
        var (path, small) = (await Seed(1_000_000), await Seed(20_000));
        await Download(small); // what the first download costs is no growth
        var before = Memory();
        var (lines, bytes, last) = await Whole(Download(path));
        Assert.Equal(1_000_001, lines);
        Assert.StartsWith("member01000000@x.io,mem_1000000,,nnn", last, StringComparison.Ordinal);
        Assert.InRange(bytes, 200 * MiB, 300 * MiB);
        Assert.InRange(Memory(), 0, before + 150 * MiB);
    }

    [Fact]
    public async Task A_reader_that_goes_away_leaves_nothing_behind()
    {
        var (path, errors) = (await Seed(200_000), Errors());
        for (var i = 0; i < 5; i++)
        {
            using var answer = await BegunDownload(path);
        }
        await Eventually.True(async () => await _stack.Api.Metric("http_server_active_requests{") == 1, "no request to be left but the one that asks");
        await Eventually.True(async () => await _stack.Database.Scalar<long>("""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'batchbus_api' AND state <> 'idle' AND query LIKE '%whop_user_id%'
            """) == 0, "no query to be left");
        Assert.Equal(errors, Errors());
    }

    [Fact]
    public async Task A_download_outlives_the_sessions_that_it_reads_with()
    {
        using var answer = await BegunDownload(await Seed(200_000));
        var ended = await _stack.Database.Scalar<long>("""
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'batchbus_api'
            """);
        Assert.NotEqual(0, ended);
        var (_, _, last) = await Whole(Read(answer));
        Assert.StartsWith("member00200000@x.io,", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_outlives_a_session_that_ends_in_the_middle_of_a_query()
    {
        using var answer = await BegunDownload(await Seed(200_000));
        var rest = await ReadUpTo(answer, async _ => await _stack.Database.Scalar<long>($"SELECT count(pg_terminate_backend(pid)) {Waiting}"));
        Assert.StartsWith("member00200000@x.io,", (await Whole(rest)).Last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_of_what_is_deleted_meanwhile_is_visibly_broken()
    {
        var path = await Seed(200_000);
        using var answer = await BegunDownload(path);
        using var deleted = await _app.Delete(path[..^"/members.csv".Length]);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Assert.ThrowsAnyAsync<IOException>(() => Read(answer));
    }

    [Fact]
    public async Task A_download_of_what_is_deleted_while_a_part_of_it_is_read_is_visibly_broken()
    {
        var path = await Seed(200_000);
        using var answer = await BegunDownload(path);
        var rest = await ReadUpTo(answer, holder => Run(holder, $"DELETE FROM audiences WHERE id = '{path.Split('/')[3]}'; COMMIT"));
        await Assert.ThrowsAnyAsync<IOException>(() => rest);
    }

    [Fact]
    public async Task A_download_that_cannot_go_on_is_visibly_broken()
    {
        using var answer = await BegunDownload(await Seed(200_000));
        await WithoutRights(async () => await Assert.ThrowsAnyAsync<IOException>(() => Read(answer)));
    }

    [Fact]
    public async Task A_download_that_cannot_begin_is_an_error_with_a_status()
    {
        var path = await Seed(10);
        await WithoutRights(async () =>
        {
            using var answer = await _app.Get(path);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Null(answer.Content.Headers.ContentDisposition);
        });
    }

    const string Waiting = "FROM pg_stat_activity WHERE datname = current_database() AND usename = 'batchbus_api' AND wait_event_type = 'Lock'";

    /// <summary>Reads a download on, up to the middle of a query for members, and does something there.</summary>
    /// <returns>The rest of the download, which goes on by itself.</returns>
    async Task<Task<(int Lines, long Bytes, string Last)>> ReadUpTo(HttpResponseMessage answer, Func<NpgsqlConnection, Task> there)
    {
        await using var holder = new NpgsqlConnection(_stack.Database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await Run(holder, "BEGIN; LOCK TABLE audience_members");
        var rest = Read(answer);
        await Eventually.True(async () => await _stack.Database.Scalar<long>($"SELECT count(*) {Waiting}") > 0, "a query to wait");
        await there(holder);
        return rest;
    }

    static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    async Task WithoutRights(Func<Task> test)
    {
        await _stack.Database.Execute("REVOKE SELECT ON audience_members FROM authenticated");
        try
        {
            await test();
        }
        finally
        {
            await _stack.Database.Execute("GRANT SELECT ON audience_members TO authenticated");
        }
    }

    int Errors() => _stack.Api.Log.Count(line => line.Contains("ERROR", StringComparison.Ordinal));

    async Task<string> Seed(int members)
    {
        var job = await SeededJob.Insert(_stack.Database, "paused", _app.User);
        await _stack.AddMembers(job.AudienceId, members);
        return $"/api/audiences/{job.AudienceId}/members.csv";
    }

    /// <summary>What is downloaded, or else what the Api has to say about it.</summary>
    async Task<(int Lines, long Bytes, string Last)> Whole(Task<(int Lines, long Bytes, string Last)> download)
    {
        try
        {
            return await download;
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"The Api's log ends with: {string.Join('\n', _stack.Api.Log.TakeLast(40))}", e);
        }
    }

    async Task<(int Lines, long Bytes, string Last)> Download(string path)
    {
        using var answer = await _app.Begin(_http, path);
        answer.EnsureSuccessStatusCode();
        return await Read(answer);
    }

    static async Task<(int Lines, long Bytes, string Last)> Read(HttpResponseMessage answer)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var (lines, bytes, buffer, tail) = (0, 0L, new byte[16 * 1024], Array.Empty<byte>());
        while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
        {
            bytes += read;
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
            tail = [.. tail.TakeLast(1024), .. buffer.AsSpan(0, read)];
        }
        return (lines, bytes, Encoding.UTF8.GetString(tail).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    /// <summary>A connection that takes in little beyond what is read: some systems let a buffer grow to 32 MB.</summary>
    static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024, NoDelay = true };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>A download of which the beginning is read. The rest does not fit into what the sockets hold, so it waits in the middle.</summary>
    async Task<HttpResponseMessage> BegunDownload(string path)
    {
        var answer = await _app.Begin(_http, path);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[100_000], TestContext.Current.CancellationToken);
        return answer;
    }

    /// <summary>What the Api's process has in memory.</summary>
    long Memory()
    {
        var line = File.ReadLines($"/proc/{_stack.Api.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
