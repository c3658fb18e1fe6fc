using BatchBus.Ingest;

namespace BatchBus.Tests.Fast.Ingest;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("john@example.com", "john@example.com")]
    [InlineData("  John.Doe@Example.COM\t", "john.doe@example.com")]
    [InlineData("a+b.c@gmail.com", "a+b.c@gmail.com")]
    [InlineData("info@bücher.example", "info@xn--bcher-kva.example")]
    [InlineData("info@BÜCHER.example", "info@xn--bcher-kva.example")]
    [InlineData("jose\u0301@example.com", "jos\u00e9@example.com")]
    public void One_spelling_stands_for_an_address(string text, string expected)
    {
        Assert.Equal(EmailKind.Valid, EmailAddress.Normalise(text, out var email));
        Assert.Equal(expected, email);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t ")]
    public void No_text_is_no_address(string? text) => Assert.Equal(EmailKind.Missing, EmailAddress.Normalise(text, out _));

    [Theory]
    [InlineData("john")]
    [InlineData("@example.com")]
    [InlineData("john@")]
    [InlineData("john@doe@example.com")]
    [InlineData("john doe@example.com")]
    [InlineData("john@exam\tple.com")]
    [InlineData("jo\u0000hn@example.com")]
    [InlineData("john@exa\u00a0mple.com")]
    [InlineData("john\u0085@example.com")]
    [InlineData("info@bücher..example")]
    public void What_has_not_one_local_part_and_one_domain_is_invalid(string text)
    {
        Assert.Equal(EmailKind.Invalid, EmailAddress.Normalise(text, out var email));
        Assert.Null(email);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_invalid() => Assert.Equal(EmailKind.Invalid, EmailAddress.Normalise("jo\ud800hn@example.com", out _));

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void An_address_has_at_most_254_characters(int length, bool isValid)
    {
        var text = new string('a', length - "@example.com".Length) + "@example.com";
        Assert.Equal(isValid ? EmailKind.Valid : EmailKind.Invalid, EmailAddress.Normalise(text, out _));
    }

    [Fact]
    public void Normalising_twice_changes_nothing()
    {
        foreach (var text in new[] { "Info@BÜCHER.example", " A@B.c ", "jose\u0301@ex\u00e4mple.com", "İ@example.com" })
        {
            EmailAddress.Normalise(text, out var once);
            EmailAddress.Normalise(once, out var twice);
            Assert.Equal(once, twice);
        }
    }
}
