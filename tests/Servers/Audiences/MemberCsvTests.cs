using System.Net;
using System.Text;
using BatchBus.Tests.Servers.Http;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Audiences;

public sealed class MemberCsvTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    static readonly string[] Names =
    [
        "plain", "comma, inside", "say \"hi\"", "\"", "two\r\nlines", "line\nfeed", "return\rinside", "=1+1", "+49 30", "-x", "@all", "\tafter a tab", "\rafter a return",
        "=HYPERLINK(\"http://x.io\",\"click\")", "\uFEFFmark", "\uFEFF=1+1", "  =1+1", "'quoted'", "", " ", "é漢🦊", "a;b\tc", "\u2028line separator", "end\"",
    ];

    readonly TestApp _app = fixture.Stack.App();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_file_has_every_member_to_the_letter(bool raw)
    {
        var job = await Seed();
        using var answer = await _app.Get($"/api/audiences/{job.AudienceId}/members.csv?raw={raw}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/csv; charset=utf-8; header=present", answer.Content.Headers.ContentType!.ToString());
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        var lines = CsvParser.Parse(text);
        Assert.Equal(["email", "whopMemberId", "whopUserId", "name", "username", "status", "accessLevel", "joinedAt", "addedAt", "changedAt", "missingSince"], lines[0]);
        var members = await _app.Pages($"/api/audiences/{job.AudienceId}/members?limit=1000", "after");
        Assert.Equal(members.Count, lines.Count - 1);
        foreach (var (member, line) in members.Zip(lines.Skip(1)))
            for (var i = 0; i < lines[0].Length; i++)
            {
                if (lines[0][i].EndsWith("At", StringComparison.Ordinal))
                    Assert.Equal(member[lines[0][i]]?.GetValue<DateTimeOffset>(), line[i].Length == 0 ? null : DateTimeOffset.Parse(line[i], null));
                else Assert.Equal(Shown(member[lines[0][i]]?.GetValue<string>() ?? "", raw), line[i]);
            }
    }

    [Fact]
    public async Task An_address_that_is_a_formula_is_made_harmless()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.AddMembers(job.AudienceId, "=cmd|'/c-calc'!a0@x.io", "ann@x.io");
        Assert.Contains("\r\n'=cmd|'/c-calc'!a0@x.io,", await (await _app.Get($"/api/audiences/{job.AudienceId}/members.csv")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VIP \"list\"; of/2026\r\nX-Evil: 1", "VIP _list_; of_2026X-Evil_ 1 members.csv", "VIP _list_; of_2026X-Evil_ 1 members.csv")]
    [InlineData("Müller", "Müller members.csv", "M_ller members.csv")]
    public async Task The_file_is_named_after_the_audience(string name, string file, string ascii)
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.Database.Execute("UPDATE audiences SET name = $2 WHERE id = $1", job.AudienceId, name);
        using var answer = await _app.Get($"/api/audiences/{job.AudienceId}/members.csv");
        var disposition = answer.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", file, ascii), (disposition.DispositionType, disposition.FileNameStar, disposition.FileName!.Trim('"')));
        Assert.False(answer.Headers.Contains("X-Evil"));
    }

    [Fact]
    public async Task An_empty_audience_has_a_header_line()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        using var answer = await _app.Get($"/api/audiences/{job.AudienceId}/members.csv");
        Assert.Single(CsvParser.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    static string Shown(string cell, bool raw) => !raw && cell.TrimStart(' ', '\uFEFF') is { Length: > 0 } text && "=+-@\t\r\n".Contains(text[0], StringComparison.Ordinal) ? $"'{cell}" : cell;

    /// <summary>An audience of more members than one read takes, with every name in it.</summary>
    async Task<SeededJob> Seed()
    {
        var job = await SeededJob.Insert(fixture.Stack.Database, "paused", _app.User);
        await fixture.Stack.Database.Execute("""
            INSERT INTO audience_members (audience_id, email, whop_member_id, whop_user_id, name, username, status, access_level, joined_at)
            SELECT $1, 'm' || i || '@x.io', 'mem_' || i, nullif('user_' || i, 'user_7'), names[1 + i % cardinality(names)], names[1 + i / 7 % cardinality(names)], 'joined',
                   CASE WHEN i % 3 > 0 THEN 'customer' END, CASE WHEN i % 5 > 0 THEN timestamptz '2026-01-02 03:04:05.6789Z' + i * interval '1 microsecond' END
            FROM (SELECT $2::text[] AS names) n, generate_series(1, 4500) AS i
            """, job.AudienceId, Names);
        return job;
    }
}
