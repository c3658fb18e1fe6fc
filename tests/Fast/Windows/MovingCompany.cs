using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Web;

namespace BatchBus.Tests.Fast.Windows;

/// <summary>
/// A company on a Whop of its own: a list sorted by created_at, of which several members may have the same, read by cursors that say after which member. With
/// each request some may leave, and new ones join at the end.
/// </summary>
sealed class MovingCompany(IReadOnlyList<int> hours, int leavers, int joiners, int seed) : HttpMessageHandler
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Lock _lock = new();
    readonly Random _random = new(seed);
    readonly List<(int Id, DateTimeOffset Created)> _members = [.. hours.Order().Select((hour, id) => (id, Start.AddHours(hour)))];
    int _leavers = leavers;
    int _joiners = joiners;
    int _next = hours.Count;

    /// <summary>Those whom the last reader may not miss: they were there when it asked last, and whoever left before is not among them.</summary>
    public HashSet<int> Stayers { get; } = [.. Enumerable.Range(0, hours.Count)];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        lock (_lock)
        {
            Stayers.UnionWith(_members.Select(member => member.Id));
            var answer = Page(int.Parse(query["first"]!, CultureInfo.InvariantCulture), query["after"], query["created_after"]);
            Move();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(answer)) });
        }
    }

    object Page(int size, string? after, string? createdAfter)
    {
        var (since, last) = (createdAfter is null ? DateTimeOffset.MinValue : DateTimeOffset.Parse(createdAfter, CultureInfo.InvariantCulture), after is null ? -1 : int.Parse(after, CultureInfo.InvariantCulture));
        var rest = _members.Where(member => member.Created > since && member.Id > last).ToList();
        var page = rest.Take(size).ToList();
        return new
        {
            data = page.Select(member => new { id = $"{member.Id}", created_at = member.Created, user = new { id = "u", email = $"{member.Id}@x.io" } }),
            page_info = new { end_cursor = page.Count == 0 ? null : $"{page[^1].Id}", has_next_page = rest.Count > size },
        };
    }

    void Move()
    {
        if (_leavers > 0 && _members.Count > 0 && _random.Next(2) == 0)
        {
            var leaver = _random.Next(_members.Count);
            Stayers.Remove(_members[leaver].Id);
            _members.RemoveAt(leaver);
            _leavers--;
        }
        if (_joiners <= 0) return;
        _joiners--;
        _members.Add((_next++, TimeProvider.System.GetUtcNow()));
    }
}
