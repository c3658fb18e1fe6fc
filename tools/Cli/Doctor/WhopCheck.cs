using BatchBus.Whop;

namespace BatchBus.Cli.Doctor;

/// <summary>Whether Whop answers. Without a key it can only refuse, which is enough.</summary>
sealed class WhopCheck(WhopOptions options)
{
    const string Name = "Whop";

    public async Task<Finding> Run(CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = options.AttemptTimeout };
        try
        {
            using var answer = await http.GetAsync(new Uri(options.BaseUrl), HttpCompletionOption.ResponseHeadersRead, ct);
            return (int)answer.StatusCode < 500
                ? Finding.Ok(Name, $"{options.BaseUrl} answers.")
                : Finding.Warning(Name, $"{options.BaseUrl} answers {(int)answer.StatusCode}: it has trouble of its own. Jobs wait and try again; nothing to do but wait.");
        }
        catch (HttpRequestException e)
        {
            return Finding.Failed(Name, $"{options.BaseUrl} cannot be reached: {e.Message.TrimEnd('.')}. Look at Whop__BaseUrl, DNS, proxy and firewall.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Failed(Name, $"{options.BaseUrl} has not answered within {options.AttemptTimeout.TotalSeconds:0.#} s. Look at Whop__BaseUrl, DNS, proxy and firewall.");
        }
    }
}
