namespace BatchBus.WhopSimulator.Companies;

/// <summary>
/// Random numbers by position instead of in sequence, so that any member can be made without those before it
/// (SplitMix64, https://prng.di.unimi.it/splitmix64.c).
/// </summary>
static class Mix
{
    public static ulong Of(ulong seed, ulong position)
    {
        var z = seed + (position + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The same in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
    public static ulong Of(string text)
    {
        var hash = 0UL;
        foreach (var c in text) hash = Of(hash, c);
        return hash;
    }
}
