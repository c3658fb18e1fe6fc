namespace BatchBus.Api.Jobs;

/// <summary>What a job does, as the table and the API name it.</summary>
static class JobKind
{
    /// <summary>Reads the whole company and adds the members whom the audience does not have.</summary>
    public const string Create = "create";

    /// <summary>Reads who is new since the audience was last complete; adds them, and brings up to date who is there already.</summary>
    public const string RefreshNew = "refresh_new";

    /// <summary>Reads the whole company again; adds, brings up to date, and marks whom it did not find any more.</summary>
    public const string RefreshAll = "refresh_all";
}
