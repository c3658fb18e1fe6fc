using System.Net;
using BatchBus.Cli.Client;

namespace BatchBus.Cli.Doctor;

/// <summary>The Api that the other commands would call. That none runs is no failure: everything else is checked without it.</summary>
static class ApiCheck
{
    const string Name = "Api";

    public static async Task<Finding> Run(Func<ApiAccess> access, CancellationToken ct)
    {
        try
        {
            var given = access();
            using var api = new ApiClient(given.Api, given.Token);
            await api.Get("health/ready", ct);
            await api.Get("api/jobs?limit=1", ct);
            return Finding.Ok(Name, $"{given.Api} is ready and accepts the token.");
        }
        catch (ApiException e) when (e.Status is null)
        {
            return Finding.Warning(Name, e.Message);
        }
        catch (ApiException e) when (e.Status is HttpStatusCode.ServiceUnavailable)
        {
            return Finding.Failed(Name, $"{e.Message} /health/ready says what it lacks.");
        }
        catch (CliException e)
        {
            return Finding.Failed(Name, e.Message);
        }
    }
}
