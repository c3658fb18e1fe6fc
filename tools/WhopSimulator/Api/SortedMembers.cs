namespace BatchBus.WhopSimulator.Api;

/// <summary>
/// The members between the two times, in the order asked for, by position. Every order rises with the index, so a position is
/// the index itself, or counted from the other end.
/// </summary>
sealed class SortedMembers(MembersQuery query)
{
    public int Length { get; } = Math.Max(query.EndIndex - query.FirstIndex, 0);

    public int IndexAt(int position) => query.IsDescending ? query.FirstIndex + Length - 1 - position : query.FirstIndex + position;

    /// <summary>Outside 0 … <see cref="Length"/> when the member is outside the two times.</summary>
    public int PositionOf(int index) => query.IsDescending ? query.FirstIndex + Length - 1 - index : index - query.FirstIndex;

    public string CursorAt(int position) => Cursor.Write(query.Company, query.Sort, IndexAt(position));

    public List<int> TakeFirst(int start, int end)
    {
        var found = new List<int>(query.PageSize);
        for (var position = start; position < end && found.Count < query.PageSize; position++)
            if (query.Wants(IndexAt(position))) found.Add(position);
        return found;
    }

    public List<int> TakeLast(int start, int end)
    {
        var found = new List<int>(query.PageSize);
        for (var position = end - 1; position >= start && found.Count < query.PageSize; position--)
            if (query.Wants(IndexAt(position))) found.Add(position);
        found.Reverse();
        return found;
    }

    public bool AnyFrom(int position)
    {
        while (position < Length && !query.Wants(IndexAt(position))) position++;
        return position < Length;
    }

    public bool AnyBefore(int position)
    {
        position = Math.Min(position, Length) - 1;
        while (position >= 0 && !query.Wants(IndexAt(position))) position--;
        return position >= 0;
    }
}
