namespace BatchBus.Api.Http.Description;

/// <summary>What a parameter means: the same at every endpoint that takes it.</summary>
static class ApiParameters
{
    static readonly Dictionary<string, string> Meanings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = "The id, as the list or the answer to its creation gave it.",
        ["limit"] = "How many items a page has at most.",
        ["before"] = "`next` of the page before; the first page without it.",
        ["after"] = "`next` of the page before; the first page without it.",
        ["status"] = "Only jobs of this status: `pending`, `processing`, `paused`, `completed`, `failed` or `cancelled`.",
        ["audienceId"] = "Only jobs of this audience.",
        ["connectionId"] = "Only jobs of this connection.",
        ["prefix"] = "Only members whose e-mail begins so; compared with the stored, lower-case form.",
        ["raw"] = "Leaves out what protects spreadsheets from formulas: `true` for programs that want the text as it is.",
        ["days"] = "How many days, today included.",
        ["queue"] = "A queue of dead letters, such as `member-pages_error`.",
        ["Idempotency-Key"] = "Any text of 1 to 200 characters that is new for a new batch list or refresh. The same request with the same key is done once and answered alike; a different one is a 409. Keys are the connection's owner's, also those that a service token sends.",
        ["Last-Event-ID"] = "The `id` of the last event that was seen (browsers send it by themselves): the stream goes on after it.",
    };

    /// <summary>Null for a parameter that nobody has explained yet; a test finds it.</summary>
    public static string? Meaning(string? name) => name is null ? null : Meanings.GetValueOrDefault(name);
}
