using BatchBus.Contracts;
using BatchBus.Database;
using BatchBus.Ingest;
using Npgsql;

namespace BatchBus.Tests.Servers.Ingest;

/// <summary>A database, and what Ingest stores pages in it with, under Ingest's own role.</summary>
public abstract class IngestDatabase : IAsyncLifetime
{
    private protected TestDatabase _database = null!;
    private protected NpgsqlDataSource _source = null!;
    private protected PageStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await MigratedDatabase.Create();
        _source = NpgsqlDataSource.Create(_database.As(LoginRoles.Ingest, MigratedDatabase.Password));
        _store = new PageStore(_source, new IngestMeter(new TestMeters()));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    private protected static MemberPage Page(SeededJob job, int number, params string?[] emails)
    {
        string?[] Column(string what) => [.. emails.Select((_, i) => $"{what}-{number}-{i}")];
        return new MemberPage
        {
            JobId = job.JobId, AudienceId = job.AudienceId, PageNumber = number, IsLast = false, NextCursor = $"c{number}",
            Members = new MemberColumns
            {
                MemberIds = Column("member")!, UserIds = Column("user"), Emails = emails, Names = Column("name"), Usernames = Column("username"),
                Statuses = Column("status"), AccessLevels = Column("access"), JoinedAt = [.. emails.Select(_ => (DateTimeOffset?)DateTimeOffset.UnixEpoch)],
            },
        };
    }
}
