using System.Text.Json;
using BatchBus.Contracts;

namespace BatchBus.Benchmarks;

/// <summary>Whop's answer with 100 members, in the shape of API version 2026-07-20.</summary>
static class SamplePage
{
    const int Members = 100;

    public static byte[] Answer() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        data = Enumerable.Range(1, Members).Select(number => new
        {
            id = $"mber_{number:D14}", created_at = Time(number), updated_at = Time(number), joined_at = Time(number), access_level = "customer", status = "joined",
            most_recent_action = "renewing", most_recent_action_at = Time(number),
            user = new { id = $"user_{number:D14}", email = $"Member.{number}@example.com", name = $"Member Number {number}", username = $"member{number}" },
            phone = (string?)null, usd_total_spent = 49.5, company_token_balance = 0,
        }),
        page_info = new { end_cursor = "eyJpZCI6Im1iZXJfMTAwIn0", start_cursor = "eyJpZCI6Im1iZXJfMSJ9", has_next_page = true, has_previous_page = false },
    });

    public static FetchMembers Slice() => new()
    {
        JobId = Guid.CreateVersion7(), AudienceId = Guid.CreateVersion7(), ConnectionId = Guid.CreateVersion7(), CompanyId = "biz_sample", EncryptedApiKey = "",
        Slice = 1, Windows = [new FetchWindow { FirstPage = 1, Cursor = null }], MaxPages = 20, RequestsPerMinute = 600, NotBefore = null, MessagePriority = 3,
    };

    static DateTimeOffset Time(int number) => DateTimeOffset.UnixEpoch.AddYears(55).AddMinutes(number);
}
