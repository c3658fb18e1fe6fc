using System.IO.Pipelines;
using System.Text;
using BatchBus.Api.Audiences;

namespace BatchBus.Tests.Fast.Api;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\ttab")]
    [InlineData("\rreturn")]
    [InlineData("\nfeed")]
    [InlineData("  =1+1")]
    [InlineData("\uFEFF=1+1")]
    [InlineData("\u200B\u00A0-1")]
    [InlineData("＝1+1")]
    [InlineData("=cmd|'/c-calc'!a0@x.io")]
    public void What_a_spreadsheet_would_run_begins_like_a_formula(string cell) => Assert.True(CsvFormula.Begins(cell));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a=b")]
    [InlineData("ann+news@x.io")]
    [InlineData("'quoted'")]
    [InlineData("1-2")]
    public void Other_text_does_not(string cell) => Assert.False(CsvFormula.Begins(cell));

    [Theory]
    [InlineData("=1", "'=1")]
    [InlineData("x;=cmd|'/c calc'!A0;y", "x;'=cmd|'/c calc'!A0;y")]
    [InlineData("x; -1;=2", "x;' -1;'=2")]
    [InlineData("x;\"=1\"", "x;'\"=1\"")]
    [InlineData("=1;@2", "'=1;'@2")]
    [InlineData("x\n=1;", "x\n'=1;")]
    [InlineData("x\r\n \"@y", "x\r\n' \"@y")]
    [InlineData("two\r\nlines", "two\r\nlines")]
    [InlineData("a;b;", "a;b;")]
    [InlineData("a=b; c", "a=b; c")]
    public void Neither_does_what_begins_after_another_languages_separator(string cell, string defused) => Assert.Equal(defused, CsvFormula.Defuse(cell));

    [Fact]
    public async Task Cells_are_quoted_where_RFC_4180_wants_it() =>
        Assert.Equal("plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",,\"'=1,2\"\r\n", await Line(raw: false, "plain", "a,b", "say \"hi\"", "two\r\nlines", null, "=1,2"));

    [Fact]
    public async Task Raw_cells_stay_as_they_are() => Assert.Equal("=1+1,\"-1,2\"\r\n", await Line(raw: true, "=1+1", "-1,2"));

    [Fact]
    public async Task Long_cells_and_all_planes_of_Unicode_come_through()
    {
        var cell = string.Concat(Enumerable.Repeat("é漢🦊", 10_000));
        Assert.Equal($"{cell}\r\n", await Line(raw: false, cell));
    }

    [Theory]
    [InlineData("My list", "My list members.csv")]
    [InlineData("Müller & Söhne", "Müller & Söhne members.csv")]
    [InlineData("../../etc/passwd", "_.._etc_passwd members.csv")]
    [InlineData("a\"b;c\r\nX: y", "a_b;cX_ y members.csv")]
    [InlineData("CON", "CON members.csv")]
    [InlineData("\u202Egpj.exe", "gpj.exe members.csv")]
    [InlineData(" .. ", "members.csv")]
    public void A_file_name_is_safe_everywhere(string audience, string file) => Assert.Equal(file, CsvFileName.Of(audience));

    [Fact]
    public void A_file_name_is_not_too_long() => Assert.Equal($"{new string('n', 100)} members.csv", CsvFileName.Of(new string('n', 200)));

    static async Task<string> Line(bool raw, params string?[] cells)
    {
        using var bytes = new MemoryStream();
        var output = PipeWriter.Create(bytes, new StreamPipeWriterOptions(leaveOpen: true));
        var csv = new CsvWriter(output, raw);
        csv.Line(cells);
        await csv.Flush(TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
