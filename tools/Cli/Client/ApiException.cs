using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BatchBus.Cli.Client;

/// <summary>The Api did not do what it was asked.</summary>
/// <param name="message">Why, in a sentence.</param>
/// <param name="status">What it answered; null when nobody did.</param>
sealed class ApiException(string message, HttpStatusCode? status) : CliException(message)
{
    public HttpStatusCode? Status => status;

    /// <summary>True when the same request may succeed in a while.</summary>
    public bool MayPass => status is null or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    public override int ExitCode => MayPass ? ExitCodes.Unreachable : base.ExitCode;

    public static ApiException Unreachable(Uri api, string reason) => new(
        $"The Api at {api} cannot be reached: {reason.TrimEnd('.')}. Start it (./batchbus up), or name another with --api or BATCHBUS_API.", null);

    public static async Task<ApiException> Refused(HttpResponseMessage answer, CancellationToken ct) =>
        new($"The Api says {(int)answer.StatusCode}: {Reason(answer, await answer.Content.ReadAsStringAsync(ct))}", answer.StatusCode);

    /// <summary>What the problem details (RFC 9457) say.</summary>
    static string Reason(HttpResponseMessage answer, string text)
    {
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return answer.ReasonPhrase ?? "no reason given";
        var problem = JsonNode.Parse(text)!;
        var errors = problem["errors"]?.Deserialize<Dictionary<string, string[]>>()?.Values.SelectMany(sentences => sentences) ?? [];
        string[] said = [.. errors.Prepend((string?)problem["detail"]).Where(sentence => !string.IsNullOrEmpty(sentence))!];
        // The title says less than these do.
        return said.Length > 0 ? string.Join(" ", said) : (string?)problem["title"] ?? "no reason given";
    }
}
