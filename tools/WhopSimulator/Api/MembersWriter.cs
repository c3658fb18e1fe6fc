using System.Buffers;
using System.Text.Json;
using BatchBus.WhopSimulator.Companies;

namespace BatchBus.WhopSimulator.Api;

/// <summary>Writes a page as JSON straight into the output; the pages are what the simulator spends its time on.</summary>
static class MembersWriter
{
    public static void Write(MembersPage page, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, WhopJson.Options);
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (var index in page.Indices)
        {
            var member = page.Query.Company.Member(index);
            if (page.Query.Version.IsNative) WriteNative(json, member, page);
            else WriteLegacy(json, member, page);
        }
        json.WriteEndArray();
        WritePageInfo(json, page);
        json.WriteEndObject();
    }

    static void WriteLegacy(Utf8JsonWriter json, in Member member, MembersPage page)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, member.Id);
        json.WriteTime("created_at"u8, member.CreatedAt);
        json.WriteTime("updated_at"u8, member.JoinedAt);
        json.WriteTime("joined_at"u8, member.JoinedAt);
        json.WriteString("access_level"u8, member.AccessLevel);
        json.WriteString("status"u8, member.Status);
        json.WriteString("most_recent_action"u8, member.MostRecentAction);
        json.WriteTime("most_recent_action_at"u8, member.MostRecentAction is null ? null : member.JoinedAt);
        if (member.User is { } user)
        {
            json.WriteStartObject("user"u8);
            json.WriteString("id"u8, user.Id);
            json.WriteString("email"u8, page.EmailsWithdrawn ? null : user.Email);
            json.WriteString("name"u8, user.Name);
            json.WriteString("username"u8, user.Username);
            json.WriteEndObject();
        }
        else json.WriteNull("user"u8);
        json.WriteNull("phone"u8);
        json.WriteNumber("usd_total_spent"u8, member.UsdTotalSpent);
        json.WriteNumber("company_token_balance"u8, 0);
        json.WriteEndObject();
    }

    static void WriteNative(Utf8JsonWriter json, in Member member, MembersPage page)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, member.Id);
        json.WriteString("account_id"u8, page.Query.Company.Id);
        json.WriteString("access_level"u8, member.AccessLevel);
        json.WriteString("status"u8, member.Status == MemberStatus.Drafted ? MemberStatus.Left : member.Status);
        json.WriteNumber("token_balance"u8, 0);
        json.WriteNull("phone_number"u8);
        json.WriteTime("joined_at"u8, member.JoinedAt);
        json.WriteTime("last_accessed_at"u8, member.JoinedAt);
        json.WriteTime("created_at"u8, member.CreatedAt);
        if (page.Query.Version.HasEmail) json.WriteString("email"u8, page.EmailsWithdrawn ? null : member.User?.Email);
        if (member.User is { } user)
        {
            json.WriteStartObject("user"u8);
            json.WriteString("id"u8, user.Id);
            json.WriteString("name"u8, user.Name);
            json.WriteString("username"u8, user.Username);
            json.WriteStartObject("profile_picture"u8);
            json.WriteString("url"u8, "https://pictures.example/member.png"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else json.WriteNull("user"u8);
        json.WriteEndObject();
    }

    static void WritePageInfo(Utf8JsonWriter json, MembersPage page)
    {
        json.WriteStartObject("page_info"u8);
        json.WriteString("end_cursor"u8, page.EndCursor);
        json.WriteString("start_cursor"u8, page.StartCursor);
        json.WriteBoolean("has_next_page"u8, page.HasNext);
        json.WriteBoolean("has_previous_page"u8, page.HasPrevious);
        json.WriteEndObject();
    }
}
