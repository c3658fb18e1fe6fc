using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace BatchBus.Cli.Tests;

/// <summary>How many tests passed and failed.</summary>
sealed record TestCount(int Passed, int Failed)
{
    public static readonly TestCount None = new(0, 0);

    public static TestCount operator +(TestCount a, TestCount b) => new(a.Passed + b.Passed, a.Failed + b.Failed);

    /// <summary>
    /// The counts in a result file of xunit (https://xunit.net/docs/format-xml-v2). What is no test but went wrong, such as a fixture's end,
    /// counts as failed.
    /// </summary>
    public static TestCount Of(XDocument results) => results.Descendants("assembly")
        .Select(assembly => new TestCount(Number(assembly, "passed"), Number(assembly, "failed") + Number(assembly, "errors")))
        .Aggregate(None, (a, b) => a + b);

    /// <summary>
    /// The counts of one program. One that crashed leaves no result or half of one, or exits with a code that its counts do not explain.
    /// </summary>
    public static TestCount Of(string resultFile, int exitCode)
    {
        var count = Read(resultFile);
        if (count is null) return new TestCount(0, 1);
        return exitCode != 0 && count.Failed == 0 && count.Passed > 0 ? count with { Failed = 1 } : count;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed");

    static TestCount? Read(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            return Of(XDocument.Load(file));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    static int Number(XElement element, string attribute) => (int?)element.Attribute(attribute) ?? 0;
}
