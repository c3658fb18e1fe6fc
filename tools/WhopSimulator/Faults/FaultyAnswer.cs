using System.Buffers;
using BatchBus.WhopSimulator.Api;

namespace BatchBus.WhopSimulator.Faults;

/// <summary>Sends an answer that goes wrong.</summary>
sealed class FaultyAnswer(TimeProvider clock, IHostApplicationLifetime lifetime)
{
    const int Drips = 20;
    const string ProxyPage = "<!DOCTYPE html><html><head><title>Please wait</title></head><body><h1>Checking your browser</h1></body></html>";

    static readonly TimeSpan BeforeReset = TimeSpan.FromMilliseconds(250);

    /// <param name="context">The request.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="body">Writes the right answer, for the faults that spoil it on the way.</param>
    public Task Send(HttpContext context, Fault fault, Action<IBufferWriter<byte>> body) => fault.Kind switch
    {
        FaultKind.RateLimited => Error(context, WhopError.RateLimited(fault.RetryAfterSeconds, withHeader: !fault.MessageOnly)),
        FaultKind.Error500 => Error(context, WhopError.Internal),
        // A 502 comes from the proxy in front of Whop, a 503 from Whop with nothing to say: "error" can be null.
        FaultKind.Error502 => Text(context, 502, "text/html", ProxyPage),
        FaultKind.Error503 => Text(context, 503, "application/json", """{"error":null}"""),
        FaultKind.Unauthorized => Error(context, WhopError.Unauthorized),
        // Some gateways repeat what they were sent; whoever shows the message must not show the key.
        FaultKind.KeyEchoed => Error(context, WhopError.Unauthorized with { Message = $"No such key: {context.Request.Headers.Authorization}" }),
        FaultKind.Forbidden => Error(context, WhopError.Forbidden),
        FaultKind.NotFound => Error(context, WhopError.NotFound),
        FaultKind.Unprocessable => Error(context, WhopError.Unprocessable),
        FaultKind.BadRequestCursor => Error(context, WhopError.Invalid("after is not a cursor of this list.")),
        FaultKind.Html => Text(context, 200, "text/html", ProxyPage),
        FaultKind.TruncatedJson => Half(context, body),
        FaultKind.ConnectionReset => HalfThenReset(context, body),
        FaultKind.SlowDrip => Drip(context, fault, body),
        FaultKind.NoAnswer => Silence(context),
        _ => throw new InvalidOperationException($"{fault.Kind} is answered by its endpoint."),
    };

    static Task Error(HttpContext context, WhopError error) => error.WriteTo(context.Response);

    static Task Text(HttpContext context, int status, string contentType, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    static async Task Half(HttpContext context, Action<IBufferWriter<byte>> body)
    {
        var bytes = Render(body);
        context.Response.ContentType = "application/json";
        await context.Response.BodyWriter.WriteAsync(bytes[..(bytes.Length / 2)], context.RequestAborted);
    }

    // A reset overtakes what was sent before it, so the client gets a moment to read its half.
    async Task HalfThenReset(HttpContext context, Action<IBufferWriter<byte>> body)
    {
        await Half(context, body);
        await Task.Delay(BeforeReset, clock, context.RequestAborted);
        context.Abort();
    }

    async Task Drip(HttpContext context, Fault fault, Action<IBufferWriter<byte>> body)
    {
        var bytes = Render(body);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        for (var drip = 0; drip < Drips; drip++)
        {
            var part = bytes[(int)((long)bytes.Length * drip / Drips)..(int)((long)bytes.Length * (drip + 1) / Drips)];
            await context.Response.BodyWriter.WriteAsync(part, context.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(fault.DelaySeconds / Drips), clock, context.RequestAborted);
        }
    }

    // Until the client gives up; a simulator that is told to stop does not wait for it.
    async Task Silence(HttpContext context)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    static ReadOnlyMemory<byte> Render(Action<IBufferWriter<byte>> body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        body(buffer);
        return buffer.WrittenMemory;
    }
}
