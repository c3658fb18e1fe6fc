namespace BatchBus.Tests.Servers;

/// <summary>A job with its audience and connection, put into the tables as an app would with SQL.</summary>
public sealed record SeededJob(Guid JobId, Guid AudienceId, Guid ConnectionId, Guid OwnerId)
{
    public static async Task<SeededJob> Insert(TestDatabase database, string status = "processing", Guid? owner = null)
    {
        var job = new SeededJob(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), owner ?? Guid.NewGuid());
        await database.Execute("""
            INSERT INTO whop_connections (id, owner_id, company_id, label, api_key_ciphertext, key_fingerprint)
            VALUES ($1, $2, 'biz_seed_1', 'seed', 'v1.none.none', $1::text)
            """, job.ConnectionId, job.OwnerId);
        await database.Execute("INSERT INTO audiences (id, owner_id, connection_id, name) VALUES ($1, $2, $3, 'seed')", job.AudienceId, job.OwnerId, job.ConnectionId);
        await database.Execute("INSERT INTO batch_processing_queue (id, owner_id, audience_id, connection_id, status) VALUES ($1, $2, $3, $4, $5)",
            job.JobId, job.OwnerId, job.AudienceId, job.ConnectionId, status);
        return job;
    }

    /// <summary>Another job of the same audience, which refreshes it.</summary>
    public async Task<SeededJob> Refresh(TestDatabase database, string status = "processing")
    {
        var job = this with { JobId = Guid.CreateVersion7() };
        await database.Execute("UPDATE batch_processing_queue SET status = 'completed', started_at = coalesce(started_at, now()), completed_at = now() WHERE id = $1", JobId);
        await database.Execute("""
            INSERT INTO batch_processing_queue (id, owner_id, audience_id, connection_id, status, kind, started_at) VALUES ($1, $2, $3, $4, $5, 'refresh_all', now())
            """, job.JobId, OwnerId, AudienceId, ConnectionId, status);
        return job;
    }

    /// <summary>So many more like it, each with an audience of its own.</summary>
    public Task<int> Repeat(TestDatabase database, int times) => database.Execute("""
        WITH a AS (INSERT INTO audiences (owner_id, connection_id, name) SELECT $1, $2, 'list ' || n FROM generate_series(1, $4) n RETURNING id)
        INSERT INTO batch_processing_queue (owner_id, audience_id, connection_id, status) SELECT $1, a.id, $2, q.status FROM a, batch_processing_queue q WHERE q.id = $3
        """, OwnerId, ConnectionId, JobId, times);
}
