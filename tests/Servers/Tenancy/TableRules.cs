namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>What may be done with a table, and whose its rows are.</summary>
/// <param name="Owner">SQL for the owner of a row; null when rows are nobody's.</param>
/// <param name="Rights">Role by role, in the order of the alphabet; a role that is not named may do nothing.</param>
public sealed record TableRule(string? Owner, params string[] Rights);

/// <summary>The expectation of every table of schema public. Who adds a table says here who may do what with it.</summary>
public static class TableRules
{
    public static readonly IReadOnlyDictionary<string, TableRule> All = new Dictionary<string, TableRule>
    {
        // Nobody but Api reads api_key_ciphertext and key_fingerprint.
        ["whop_connections"] = new("owner_id",
            "authenticated: SELECT (id, owner_id, company_id, label, created_at, updated_at, deleted_at)",
            "batchbus_api: SELECT, INSERT, UPDATE",
            "service_role: SELECT (id, owner_id, company_id, label, created_at, updated_at, deleted_at)"),
        ["audiences"] = new("owner_id",
            "authenticated: SELECT, INSERT (id, owner_id, connection_id, name)",
            "batchbus_api: SELECT, INSERT, UPDATE, DELETE",
            "service_role: SELECT"),
        ["audience_members"] = new("(SELECT a.owner_id FROM public.audiences a WHERE a.id = audience_id)",
            "authenticated: SELECT",
            "batchbus_api: SELECT, UPDATE (seen_at, missing_since), DELETE",
            "batchbus_ingest: SELECT, INSERT, UPDATE",
            "service_role: SELECT"),
        // Ingest's UPDATE is for its lock; the policies let no change through.
        ["batch_processing_queue"] = new("owner_id",
            "authenticated: SELECT, INSERT (id, owner_id, audience_id, connection_id, priority)",
            "batchbus_api: SELECT, INSERT, UPDATE, DELETE",
            "batchbus_ingest: SELECT (id, audience_id, status, started_at, windows, kind), UPDATE (id)",
            "service_role: SELECT"),
        // Api deletes what is old, and the pages of a job that starts over.
        ["batch_processing_pages"] = new(OwnerOfJob,
            "authenticated: SELECT",
            "batchbus_api: SELECT, DELETE",
            "batchbus_ingest: SELECT, INSERT",
            "service_role: SELECT"),
        ["batch_processing_progress"] = new(OwnerOfJob,
            "authenticated: SELECT",
            "batchbus_api: SELECT, DELETE",
            "batchbus_ingest: SELECT, INSERT, UPDATE",
            "service_role: SELECT"),
        ["batch_processing_windows"] = new(OwnerOfJob,
            "authenticated: SELECT",
            "batchbus_api: SELECT, INSERT, UPDATE, DELETE",
            "batchbus_ingest: SELECT (job_id, number, ends_after)",
            "service_role: SELECT"),
        // A trigger writes it, as Api.
        ["batch_processing_history"] = new(OwnerOfJob,
            "authenticated: SELECT",
            "batchbus_api: SELECT, INSERT",
            "service_role: SELECT"),
        ["batch_processing_workers"] = new(null, "batchbus_api: SELECT, INSERT, UPDATE, DELETE", "service_role: SELECT"),
        ["batch_processing_stats"] = new(null, "batchbus_api: SELECT, INSERT, UPDATE, DELETE", "service_role: SELECT"),
        ["audience_deletions"] = new(null, "batchbus_api: SELECT, INSERT, UPDATE, DELETE", "service_role: SELECT"),
        ["inbox"] = new(null, "batchbus_api: SELECT, INSERT, UPDATE, DELETE"),
        ["outbox"] = new(null, "batchbus_api: SELECT, INSERT, UPDATE, DELETE"),
    };

    const string OwnerOfJob = "(SELECT q.owner_id FROM public.batch_processing_queue q WHERE q.id = job_id)";

    /// <summary>The first column that a role may change, where it may not change all of them; otherwise null.</summary>
    public static string? Changeable(string table, string role) =>
        RightsOf(role, table)?.Split("UPDATE (") is [_, var columns] ? columns.Split(',', ')')[0] : null;

    /// <summary>Whether the rules let a role do something with a table, were it with some columns only.</summary>
    public static bool Allow(string table, string role, string verb) =>
        RightsOf(role, table)?.Contains(verb, StringComparison.Ordinal) == true;

    static string? RightsOf(string role, string table) => All[table].Rights.SingleOrDefault(rights => rights.StartsWith($"{role}: ", StringComparison.Ordinal));
}
