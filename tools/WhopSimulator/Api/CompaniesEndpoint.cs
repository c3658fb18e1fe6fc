using System.Buffers;
using System.Text.Json;
using BatchBus.WhopSimulator.Companies;
using BatchBus.WhopSimulator.Faults;

namespace BatchBus.WhopSimulator.Api;

/// <summary><c>GET /companies/{id}</c>.</summary>
sealed class CompaniesEndpoint(CompanyDirectory companies, FaultList faults, FaultyAnswer faulty)
{
    public const string Operation = "companies";

    static readonly DateTime Founded = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public async Task Get(HttpContext context, string key)
    {
        ApiVersion.Of(context.Request);
        var company = Gate.Open(companies, (string)context.Request.RouteValues["id"]!, key);
        if (faults.Next(new FaultTarget(Operation, company.Id, Page: 1, HasCursor: false)) is { } fault)
        {
            await faulty.Send(context, fault, output => Write(company, output));
            return;
        }
        context.Response.ContentType = "application/json";
        Write(company, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    static void Write(Company company, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, WhopJson.Options);
        json.WriteStartObject();
        json.WriteString("id"u8, company.Id);
        json.WriteString("title"u8, $"Company {company.Id["biz_".Length..]}");
        json.WriteString("route"u8, company.Id["biz_".Length..]);
        json.WriteNull("description"u8);
        json.WriteNumber("member_count"u8, company.Members);
        json.WriteNumber("published_reviews_count"u8, 0);
        json.WriteBoolean("verified"u8, true);
        json.WriteBoolean("send_customer_emails"u8, true);
        foreach (var name in (ReadOnlySpan<string>)["affiliate_instructions", "featured_affiliate_product", "logo", "metadata", "target_audience"])
            json.WriteNull(name);
        json.WriteStartArray("social_links"u8);
        json.WriteEndArray();
        json.WriteStartObject("owner_user"u8);
        json.WriteString("id"u8, $"user_owner_{company.Id["biz_".Length..]}");
        json.WriteString("name"u8, "The Owner");
        json.WriteString("username"u8, "owner");
        json.WriteEndObject();
        json.WriteTime("created_at"u8, Founded);
        json.WriteTime("updated_at"u8, Founded);
        json.WriteEndObject();
    }
}
