using System.Net;
using BatchBus.Cli.Processes;

namespace BatchBus.Cli.Stack;

/// <summary>Waits until services say that they are ready.</summary>
sealed class Readiness(Instance instance)
{
    static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    const int LongestAnswer = 500;

    public Task Of(IEnumerable<RunningProcess> services, CancellationToken ct) => Task.WhenAll(services.Select(service => Of(service, ct)));

    async Task Of(RunningProcess service, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{service.Port}/"), Timeout = AnswerLimit };
        var limit = new Limit(StartLimit);
        var last = "it does not answer";
        while (!limit.IsOver)
        {
            if (!service.Identity.IsRunning)
                throw new CliException($"{service.Name} ended instead of getting ready.{LogTail.Of(instance, service.Name)}");
            try
            {
                using var answer = await client.GetAsync("health/ready", ct);
                if (answer.StatusCode == HttpStatusCode.OK) return;
                var body = await answer.Content.ReadAsStringAsync(ct);
                last = body[..Math.Min(body.Length, LongestAnswer)];
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
            {
                last = e.Message;
            }
            await Limit.Pause(ct);
        }
        throw new CliException($"{service.Name} is not ready after {StartLimit.TotalSeconds:0} s: {last}.{LogTail.Of(instance, service.Name)}");
    }
}
