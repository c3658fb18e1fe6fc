using System.Diagnostics.Metrics;

namespace BatchBus.Whop;

/// <summary>
/// <c>batchbus.whop.requests</c>: requests made to Whop, quick tries included, by the status that was answered
/// (<c>http.response.status_code</c>), or by what went wrong on the way (<c>error.type</c>: <c>timeout</c>, <c>unreachable</c>).
/// </summary>
sealed class WhopMeter(IMeterFactory meters)
{
    readonly Counter<long> _requests = meters.Create("BatchBus").CreateCounter<long>(
        "batchbus.whop.requests", "{request}", "Requests made to Whop, quick tries included, by the status answered.");

    public void Answered(int status) => _requests.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));

    public void Broke(Exception failure) => _requests.Add(1, new KeyValuePair<string, object?>("error.type", failure is OperationCanceledException ? "timeout" : "unreachable"));
}
