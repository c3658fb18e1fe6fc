namespace BatchBus.Database;

/// <summary>The schema is not what this build needs; the message is a sentence that says what to do.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public MigrationException() { }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public MigrationException(string message) : base(message) { }

    /// <summary>Makes one with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public MigrationException(string message, Exception innerException) : base(message, innerException) { }
}
