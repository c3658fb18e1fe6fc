using BatchBus.Api.Http;

namespace BatchBus.Tests.Fast.Api;

public sealed class KeysetTests
{
    [Fact]
    public void A_place_in_a_list_survives_its_way_through_an_address()
    {
        var keyset = new Keyset(DateTimeOffset.UnixEpoch.AddTicks(17_956_000_001_234_560), Guid.NewGuid());
        Assert.True(Keyset.TryParse(keyset.ToString(), null, out var parsed));
        Assert.Equal(keyset, parsed);
        Assert.Equal(Uri.EscapeDataString(keyset.ToString()), keyset.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("-")]
    [InlineData("x-0193a4f0c0ff7000800000000000abcd")]
    [InlineData("99999999999999999999-0193a4f0c0ff7000800000000000abcd")]
    [InlineData("999999999999999999-0193a4f0c0ff7000800000000000abcd")]
    [InlineData("0193a4f0-c0ff-7000-8000-00000000abcd")]
    public void Nonsense_is_no_place(string? text) => Assert.False(Keyset.TryParse(text, null, out _));
}
