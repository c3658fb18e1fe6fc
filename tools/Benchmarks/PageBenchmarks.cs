using System.Text.Json;
using BatchBus.Contracts;
using BatchBus.Fetcher;
using BatchBus.Ingest;
using BatchBus.Whop;
using BenchmarkDotNet.Attributes;
using MassTransit.Serialization;

namespace BatchBus.Benchmarks;

/// <summary>A page of 100 members on its way: from Whop's answer over the message to the rows, without servers. Divided by 100, it is the cost of a member.</summary>
[MemoryDiagnoser]
public class PageBenchmarks
{
    readonly byte[] _answer = SamplePage.Answer();
    readonly FetchMembers _slice = SamplePage.Slice();
    WhopPage _page = null!;
    MemberPage _message = null!;
    byte[] _body = null!;

    /// <summary>Makes what each part begins with.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _page = ReadAnswer();
        _message = MakeMessage();
        _body = WriteMessage();
    }

    /// <summary>Fetcher: Whop's answer becomes members.</summary>
    [Benchmark]
    public object ReadWhopsAnswer() => ReadAnswer();

    /// <summary>Fetcher: members become the message.</summary>
    [Benchmark]
    public object ColumnsOfMembers() => MakeMessage();

    /// <summary>Fetcher: the message becomes JSON, as MassTransit writes it, but for its envelope.</summary>
    [Benchmark]
    public byte[] WriteMessage() => JsonSerializer.SerializeToUtf8Bytes(_message, SystemTextJsonMessageSerializer.Options);

    /// <summary>Ingest: the JSON becomes the message again.</summary>
    [Benchmark]
    public object? ReadMessage() => JsonSerializer.Deserialize<MemberPage>(_body, SystemTextJsonMessageSerializer.Options);

    /// <summary>Ingest: addresses are checked, and members become rows.</summary>
    [Benchmark]
    public object RowsOfMessage() => PageContent.Of(_message);

    WhopPage ReadAnswer() => WhopPageReader.Read(_answer);

    MemberPage MakeMessage() => MemberPages.Of(_slice, _slice.Windows[0], 1, _page, isLast: false, reached: null, totalPages: null);
}
