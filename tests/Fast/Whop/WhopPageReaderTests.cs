using System.Text;
using BatchBus.Whop;

namespace BatchBus.Tests.Fast.Whop;

public sealed class WhopPageReaderTests
{
    [Fact]
    public void The_legacy_shape_has_the_email_at_the_user()
    {
        var page = Read("""
            {"data":[{"id":"mber_1","created_at":"2023-11-30T05:00:00.007Z","joined_at":"2023-12-01T05:00:00.401Z","access_level":"customer","status":"joined",
              "user":{"id":"user_1","email":"john@example.com","name":"John","username":"john42"},"phone":null,"usd_total_spent":6.9}],
             "page_info":{"end_cursor":"c1","has_next_page":true}}
            """);
        Assert.Equal(new WhopMember("mber_1", "user_1", "john@example.com", "John", "john42", "joined", "customer",
            new DateTimeOffset(2023, 12, 1, 5, 0, 0, 401, TimeSpan.Zero), new DateTimeOffset(2023, 11, 30, 5, 0, 0, 7, TimeSpan.Zero)), Assert.Single(page.Members));
        Assert.Equal("c1", page.NextCursor);
        Assert.False(page.IsLast);
    }

    [Fact]
    public void The_native_shape_has_the_email_at_the_member()
    {
        var page = Read("""{"data":[{"id":"mber_1","email":"john@example.com","user":{"id":"user_1"}}],"page_info":{"end_cursor":null}}""");
        Assert.Equal("john@example.com", Assert.Single(page.Members).Email);
    }

    [Theory]
    [InlineData("""{"data":[{"id":"a"}],"page_info":{"end_cursor":"c","has_next_page":false}}""")]
    [InlineData("""{"data":[{"id":"a"}],"page_info":{"end_cursor":null,"has_next_page":true}}""")]
    [InlineData("""{"data":[],"page_info":{"end_cursor":"c","has_next_page":true}}""")]
    public void The_last_page_is_known_by_any_of_its_signs(string body) => Assert.True(Read(body).IsLast);

    [Fact]
    public void A_missing_has_next_page_leaves_it_to_the_cursor() =>
        Assert.Equal("c", Read("""{"data":[{"id":"a"}],"page_info":{"end_cursor":"c"}}""").NextCursor);

    [Fact]
    public void Odd_values_cost_no_page()
    {
        var member = Assert.Single(Read("""
            {"new":{"x":[1,{"y":2}]},"data":[{"id":17,"user":{"id":null,"email":42,"name":["n"],"username":true},"status":{"s":1},
              "joined_at":"99999-01-01","joined_at":12.5,"extra":[[]]}],"page_info":{"end_cursor":null}}
            """).Members);
        Assert.Equal(new WhopMember("17", null, "42", null, "true", null, null, null), member);
    }

    [Fact]
    public void Of_doubled_keys_the_last_counts() => Assert.Equal(("b", "B"), Assert.Single(Read(
        """{"data":[{"id":"a","id":"b","user":{"name":"A"},"user":{"name":"A","name":"B"}}],"page_info":{"end_cursor":null}}""").Members) switch { var m => (m.Id, m.Name) });

    [Fact]
    public void Long_names_and_large_pages_are_read_as_they_are()
    {
        var name = new string('n', 10_000);
        var members = Enumerable.Range(0, 100).Select(i => $$$"""{"id":"m{{{i}}}","user":{"name":"{{{name}}}"}}""");
        var page = Read($$$"""{"data":[{{{string.Join(',', members)}}}],"page_info":{"end_cursor":null}}""");
        Assert.Equal(100, page.Members.Count);
        Assert.All(page.Members, member => Assert.Equal(name, member.Name));
    }

    [Theory]
    [InlineData("\"user\":null")]
    [InlineData("\"user\":\"user_1\"")]
    [InlineData("\"user\":[1,2]")]
    public void A_member_without_a_user_has_no_email(string user) =>
        Assert.Null(Assert.Single(Read($$$"""{"data":[{"id":"a",{{{user}}}}],"page_info":{}}""").Members).Email);

    [Theory]
    [InlineData("""a\ud800b""", "a\ufffdb")]
    [InlineData("""\udc00""", "\ufffd")]
    [InlineData("""\ud83d\ude00\ud83d""", "\U0001F600\ufffd")]
    [InlineData("""\\ud800 \ud800""", "\\ud800 \ufffd")]
    public void Half_a_surrogate_pair_is_replaced(string escaped, string expected) =>
        Assert.Equal(expected, Assert.Single(Read($$$"""{"data":[{"id":"a","user":{"name":"{{{escaped}}}"} }],"page_info":{}}""").Members).Name);

    [Theory]
    [InlineData("<html>maintenance</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"ok":true}""")]
    [InlineData("""{"data":{"id":"a"}}""")]
    [InlineData("""{"data":["a"]}""")]
    [InlineData("""{"data":[{"id":"a"}]}""")]
    [InlineData("""{"data":[{"id":"a"}],"page_info":null}""")]
    [InlineData("""{"data":[{"id":"a"}],"page_info":{"end_cursor":"c\u0000","has_next_page":true}}""")]
    public void What_is_no_page_of_members_is_a_bad_response(string body) =>
        Assert.Equal(WhopErrorCodes.BadResponse, Assert.Throws<WhopException>(() => Read(body)).Code);

    [Fact]
    public void An_answer_that_breaks_off_passes()
    {
        var e = Assert.Throws<WhopException>(() => Read("""{"data":[{"id":"a","user":{"id":"""));
        Assert.Equal(WhopErrorCodes.Unavailable, e.Code);
        Assert.False(e.IsFinal);
    }

    [Fact]
    public void Wherever_an_answer_breaks_off_it_passes()
    {
        const string whole = """{"data":[{"id":"a","user":{"id":"u","tags":[1,true]},"status":"joined"},{"id":"b","user":null}],"page_info":{"end_cursor":"c","has_next_page":true}}""";
        Assert.Equal(2, Read(whole).Members.Count);
        for (var length = 1; length < whole.Length; length++)
            Assert.Equal(WhopErrorCodes.Unavailable, Assert.Throws<WhopException>(() => Read(whole[..length])).Code);
    }

    static WhopPage Read(string body) => WhopPageReader.Read(Encoding.UTF8.GetBytes(body));
}
