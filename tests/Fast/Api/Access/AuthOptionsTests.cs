using Microsoft.Extensions.Options;

namespace BatchBus.Tests.Fast.Api.Access;

/// <summary>A setting that would let anybody in keeps Api from starting.</summary>
public sealed class AuthOptionsTests
{
    [Theory]
    [InlineData(null, null, "Set either Auth__JwtSecret")]
    [InlineData(TestApi.JwtSecret, "https://project.supabase.co/auth/v1", "Set either Auth__JwtSecret")]
    [InlineData("short", null, "at least 32 bytes")]
    [InlineData(null, "http://project.supabase.co/auth/v1", "must begin with https://")]
    [InlineData(null, "http://localhost.evil.example/auth/v1", "must begin with https://")]
    [InlineData(null, "project.supabase.co", "must begin with https://")]
    [InlineData(null, "ftp://localhost/auth/v1", "must begin with https://")]
    public async Task A_wrong_setting_is_said_in_a_sentence(string? secret, string? authority, string says)
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApi.Start(("Auth:JwtSecret", secret), ("Auth:Authority", authority)));
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://project.supabase.co/auth/v1")]
    [InlineData("http://localhost:9999/auth/v1/")]
    [InlineData("http://127.0.0.1:9999")]
    public async Task An_authority_over_https_or_on_this_machine_will_do(string authority)
    {
        await using var api = await TestApi.Start(("Auth:Authority", authority));
        await api.Refuses(null, System.Net.HttpStatusCode.Unauthorized, "Authorization: Bearer");
    }
}
