using System.Collections;

namespace BatchBus.Hosting.Tracing;

/// <summary>The job that log lines are about: <c>log.BeginScope(new JobScope(id))</c>.</summary>
/// <param name="job">The job.</param>
public sealed class JobScope(Guid job) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The job.</summary>
    public Guid Job => job;

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index == 0 ? new(Spans.JobId, job) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"job {job}";
}
