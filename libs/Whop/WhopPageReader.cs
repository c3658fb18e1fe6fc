using System.Globalization;
using System.Text.Json;

namespace BatchBus.Whop;

/// <summary>
/// Reads a page of members in either shape. Unknown fields are passed over and a value of an unexpected kind is read as text or as null:
/// one odd member must not cost its page. What has no <c>data</c> array or no <c>page_info</c> is not Whop's answer.
/// </summary>
static class WhopPageReader
{
    // It goes into an address and a row; Whop's own are a few dozen characters.
    const int MaxCursorLength = 4_096;

    public static WhopPage Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadPage(body);
        }
        catch (JsonException e) when (IsCutShort(body))
        {
            throw new WhopException(WhopErrorCodes.Unavailable, "Whop's answer broke off; the job tries again by itself.", null, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new WhopException(WhopErrorCodes.BadResponse,
                "The answer is not a page of Whop members; check Whop__BaseUrl and what stands between BatchBus and Whop.", null, e);
        }
    }

    /// <summary>True for what is JSON as far as it goes, and ends inside an object.</summary>
    static bool IsCutShort(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
                if (reader is { CurrentDepth: 0, TokenType: not JsonTokenType.StartObject }) return false;
            return reader.CurrentDepth > 0 || reader.TokenType == JsonTokenType.StartObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static WhopPage ReadPage(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        List<WhopMember>? members = null;
        string? endCursor = null;
        bool? hasNextPage = null;
        var hasPageInfo = false;

        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("The answer is no object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8)) members = ReadMembers(ref reader);
            else if (reader.ValueTextEquals("page_info"u8)) (endCursor, hasNextPage, hasPageInfo) = ReadPageInfo(ref reader);
            else reader.Skip();
        }

        if (members is null) throw new JsonException("The answer has no data.");
        // Without it nothing says whether more follows; taken for the last page, it would cut the list short without a word.
        if (!hasPageInfo) throw new JsonException("The answer has no page_info.");
        if (endCursor is not null && (endCursor.Length > MaxCursorLength || endCursor.Contains('\0', StringComparison.Ordinal)))
            throw new JsonException("The cursor is too long or no text.");
        // Whop's SDK stops at an empty page or a missing cursor; has_next_page spares the empty request that the SDK makes.
        var isLast = hasNextPage == false || endCursor is null || members.Count == 0;
        return new WhopPage(members, isLast ? null : endCursor);
    }

    static List<WhopMember> ReadMembers(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("data is no array.");
        var members = new List<WhopMember>(100);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A member is no object.");
            members.Add(ReadMember(ref reader));
        }
        return members;
    }

    static WhopMember ReadMember(ref Utf8JsonReader reader)
    {
        string? id = null, status = null, accessLevel = null, email = null;
        DateTimeOffset? joinedAt = null, createdAt = null;
        User user = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8)) id = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("status"u8)) status = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("access_level"u8)) accessLevel = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("email"u8)) email = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("joined_at"u8)) joinedAt = ReadDate(ref reader);
            else if (reader.ValueTextEquals("created_at"u8)) createdAt = ReadDate(ref reader);
            else if (reader.ValueTextEquals("user"u8)) user = ReadUser(ref reader);
            else reader.Skip();
        }
        return new WhopMember(id ?? "", user.Id, user.Email ?? email, user.Name, user.Username, status, accessLevel, joinedAt, createdAt);
    }

    readonly record struct User(string? Id, string? Email, string? Name, string? Username);

    static User ReadUser(ref Utf8JsonReader reader)
    {
        string? id = null, email = null, name = null, username = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return default;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8)) id = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("email"u8)) email = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("name"u8)) name = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("username"u8)) username = JsonText.Read(ref reader);
            else reader.Skip();
        }
        return new User(id, email, name, username);
    }

    static (string? EndCursor, bool? HasNextPage, bool IsThere) ReadPageInfo(ref Utf8JsonReader reader)
    {
        string? endCursor = null;
        bool? hasNextPage = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("page_info is no object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("end_cursor"u8)) endCursor = JsonText.Read(ref reader);
            else if (reader.ValueTextEquals("has_next_page"u8))
            {
                reader.Read();
                hasNextPage = reader.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
            }
            else reader.Skip();
        }
        return (endCursor, hasNextPage, true);
    }

    static DateTimeOffset? ReadDate(ref Utf8JsonReader reader)
    {
        var isText = reader.Read() && reader.TokenType == JsonTokenType.String;
        var text = JsonText.Value(ref reader);
        // A number would be read as a date of this year by its dots.
        return isText && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date : null;
    }
}
