using System.Text.Json;

namespace BatchBus.Tests.Fast.Simulator;

/// <summary>Members who join and leave while the list is read.</summary>
public sealed class MovementTests : IAsyncLifetime
{
    const string Company = "biz_moving_2000";
    const string OldestFirst = "first=100&direction=asc";

    SimulatorServer _whop = null!;

    public async ValueTask InitializeAsync() => _whop = await SimulatorServer.Start("--Simulator:RequestsPerMinute=0");

    public ValueTask DisposeAsync() => _whop.DisposeAsync();

    [Fact]
    public async Task A_reader_meets_everybody_who_stays_and_everybody_who_joins()
    {
        (await _whop.Put($"/_sim/companies/{Company}/movement", new { joiners = 300, leavers = 200, fromPage = 5, perRequest = 40 })).Json();

        var read = Recount.Of(await _whop.ReadAll(Company, OldestFirst));

        var expected = await Expected();
        Assert.InRange(expected.Count(e => e.MayBeMissed), 100, 200);
        Assert.Empty(expected.Where(e => !e.MayBeMissed).Select(e => e.Email).Except(read.Emails));
        Assert.Empty(read.Emails.Except(expected.Select(e => e.Email)));
        Assert.InRange(read.Fetched, 1801, 1999); // some had left before they were met, some after
    }

    [Fact]
    public async Task Nobody_moves_before_the_page()
    {
        (await _whop.Put($"/_sim/companies/{Company}/movement", new { joiners = 100, leavers = 100, fromPage = 20 })).Json();

        Assert.Equal(100, (await _whop.Members(Company, OldestFirst)).Json().GetProperty("data").GetArrayLength());
        Assert.Equal(1900, Recount.Of(await _whop.ReadAll(Company, OldestFirst)).Fetched);
    }

    [Theory]
    [InlineData("""{"joiners":1500,"leavers":501}""", "joiners and leavers must not be more than the company's members.")]
    [InlineData("""{"joiners":-1}""", "joiners and leavers must not be negative.")]
    [InlineData("""{"perRequest":0}""", "perRequest must be at least 1.")]
    [InlineData("""{"fromPage":0}""", "fromPage must be at least 1.")]
    public async Task A_movement_that_cannot_be_is_refused(string body, string sentence) =>
        (await _whop.Put($"/_sim/companies/{Company}/movement", JsonElement.Parse(body))).IsBadRequest(sentence);

    async Task<List<(string Email, bool MayBeMissed)>> Expected() =>
        [.. (await _whop.Get($"/_sim/companies/{Company}/expected")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Select(line => (line.GetProperty("email").GetString()!, line.TryGetProperty("mayBeMissed", out _)))];
}
