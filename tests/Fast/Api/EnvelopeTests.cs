using System.Text;
using BatchBus.Api.DeadLetters;

namespace BatchBus.Tests.Fast.Api;

public sealed class EnvelopeTests
{
    public static TheoryData<string> Odd =>
    [
        """{ "\ud800": 1, "message": {} }""",
        """{ "messageType": ["\ud800"] }""",
        """{ "message": { "jobId": "\udc00" } }""",
        """{ "sentTime": "\ud800" }""",
        """{ "headers": { "\ud800": 1, "MT-Redelivery-Count": 2 } }""",
        "{ \"\u00ff\": 1 }", // as Latin-1: bytes that are no UTF-8
        "[]", "1", "no JSON", "",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public void A_message_of_any_bytes_can_be_looked_at_and_sent_back(string body)
    {
        var bytes = Encoding.Latin1.GetBytes(body);
        Assert.Null(Envelope.Read(bytes).JobId);
        Assert.Equal(bytes, Envelope.Without(bytes, "MT-Redelivery-Count").ToArray());
    }
}
