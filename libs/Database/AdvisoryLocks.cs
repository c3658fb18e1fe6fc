namespace BatchBus.Database;

/// <summary>
/// The numbers of BatchBus' advisory locks (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS). A database has one space of them for all,
/// so they stand together; any will do that nothing else in the database uses.
/// </summary>
public static class AdvisoryLocks
{
    /// <summary>One migrates at a time.</summary>
    public const long Migrations = 4_207_849_484_261_123;

    /// <summary>One job starts at a time, so that the caps hold.</summary>
    public const long StartGate = 4_207_849_484_261_124;

    /// <summary>One replica sweeps at a time.</summary>
    public const long Retention = 4_207_849_484_261_125;

    /// <summary>One replica counts the days anew at a time.</summary>
    public const long Stats = 4_207_849_484_261_126;

    /// <summary>One rotation of the master key at a time.</summary>
    public const long KeyRotation = 4_207_849_484_261_127;
}
