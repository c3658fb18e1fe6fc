namespace BatchBus.Contracts;

/// <summary>How urgent a job is. Higher starts first; a waiting job rises one level per configured wait, so none starves.</summary>
public enum JobPriority
{
    /// <summary>After everything else.</summary>
    Low = 0,

    /// <summary>The default.</summary>
    Normal = 1,

    /// <summary>Before normal jobs.</summary>
    High = 2,

    /// <summary>Before everything else.</summary>
    Vip = 3,
}
