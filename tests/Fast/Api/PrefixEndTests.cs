using System.Text;
using BatchBus.Api.Audiences;

namespace BatchBus.Tests.Fast.Api;

public sealed class PrefixEndTests
{
    // Around the borders: of ASCII, of the lengths in UTF-8, of the surrogates, of everything.
    static readonly int[] Runes = ['a', 'b', '%', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFE, 0x10FFFF];

    [Fact]
    public void A_text_begins_with_the_prefix_if_and_only_if_it_is_between_the_prefix_and_its_end()
    {
        var random = new Random(7);
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => new Rune(Runes[random.Next(Runes.Length)])));
        var begun = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var (prefix, text) = (Text(random.Next(3)), Text(random.Next(4)));
            var isBetween = Compare(prefix, text) <= 0 && (PrefixEnd.Of(prefix) is not { } end || Compare(text, end) < 0);
            Assert.Equal(text.StartsWith(prefix, StringComparison.Ordinal), isBetween);
            if (isBetween && prefix.Length > 0) begun++;
        }
        Assert.InRange(begun, 1_000, 199_000);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("an", "ao")]
    [InlineData("\U0010FFFF", null)]
    [InlineData("a\U0010FFFF", "b")]
    public void The_end_is_the_next_text_with_another_beginning(string prefix, string? end) => Assert.Equal(end, PrefixEnd.Of(prefix));

    static int Compare(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}
