using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace BatchBus.Api.Audiences;

/// <summary>
/// All members of an audience as CSV. It reads some thousand rows at a time and gives the database back before it writes them, so that a slow
/// reader holds no connection, no lock and no snapshot, and PostgreSQL may restart in between; memory stays where it is, however many rows there
/// are. A member that is added or changed meanwhile may be in the file as it was or as it is.
/// </summary>
/// <param name="audience">The audience, which gives the file its name.</param>
/// <param name="read">Reads so many members after an address; null when the audience is gone.</param>
/// <param name="raw">Leaves cells as they are stored, for programs; a spreadsheet might take one for a formula.</param>
sealed class MemberCsv(AudienceView audience, Func<string, int, Task<List<MemberView>?>> read, bool raw) : IResult
{
    public const string ContentType = "text/csv";

    const int RowsPerRead = 2_000;

    static readonly string[] Header = ["email", "whopMemberId", "whopUserId", "name", "username", "status", "accessLevel", "joinedAt", "addedAt", "changedAt", "missingSince"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = $"{ContentType}; charset=utf-8; header=present";
        response.Headers.ContentDisposition = Attachment(audience.Name);
        response.Headers.CacheControl = "no-store";
        try
        {
            await Write(new CsvWriter(response.BodyWriter, raw), httpContext.RequestAborted);
        }
        catch when (response.HasStarted)
        {
            // Whoever reads must not take the part for the whole: without the last chunk the answer is visibly broken.
            httpContext.Abort();
            throw;
        }
    }

    async Task Write(CsvWriter csv, CancellationToken cancellationToken)
    {
        csv.Line(Header);
        for (var after = ""; ;)
        {
            var members = await read(after, RowsPerRead) ?? throw new AudienceGoneException(audience.Id);
            foreach (var member in members) csv.Line(Cells(member));
            await csv.Flush(cancellationToken);
            if (members.Count < RowsPerRead) return;
            after = members[^1].Email;
        }
    }

    static string?[] Cells(MemberView m) =>
        [m.Email, m.WhopMemberId, m.WhopUserId, m.Name, m.Username, m.Status, m.AccessLevel, Time(m.JoinedAt), Time(m.AddedAt), Time(m.ChangedAt),
        Time(m.MissingSince)];

    static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFK", CultureInfo.InvariantCulture);

    /// <summary>A file with the audience's name (RFC 6266), in ASCII for old readers and in UTF-8 for the others.</summary>
    static string Attachment(string name)
    {
        var header = new ContentDispositionHeaderValue("attachment");
        header.SetHttpFileName(CsvFileName.Of(name));
        return header.ToString();
    }
}

/// <summary>An audience that was deleted while its members were being read.</summary>
sealed class AudienceGoneException(Guid id) : Exception($"The audience {id} was deleted while it was being downloaded.");
