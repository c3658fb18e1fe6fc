using System.Net.Http.Headers;
using BatchBus.Tests.Servers.Stack;

namespace BatchBus.Tests.Servers.Tenancy;

/// <summary>Who may ask: the owner of the things that a request is about, another owner, and those who are neither.</summary>
public static class Callers
{
    public const string Owner = "the owner";
    public const string Stranger = "another owner";
    public const string Anonymous = "nobody, without a token";
    public const string Anon = "the role anon";
    public const string Nobody = "a user without sub";
    public const string Expired = "the owner with an expired token";
    public const string Service = "service_role";

    public static readonly IReadOnlyList<string> All = [Owner, Stranger, Anonymous, Anon, Nobody, Expired, Service];

    /// <summary>Those whom nothing of the owner's concerns.</summary>
    public static readonly IReadOnlyList<string> Others = [Stranger, Anonymous, Anon, Nobody, Expired];

    public static AuthenticationHeaderValue? Token(string caller, Guid owner, Guid stranger) => caller switch
    {
        Owner => Bearer(TestApp.Token(owner)),
        Stranger => Bearer(TestApp.Token(stranger)),
        Anonymous => null,
        Anon => Bearer(TestApp.Token(owner, role: "anon")),
        Nobody => Bearer(TestApp.Token(null)),
        Expired => Bearer(TestApp.Token(owner, validFor: TimeSpan.FromHours(-1))),
        Service => Bearer(TestApp.Token(null, role: "service_role")),
        _ => throw new ArgumentOutOfRangeException(nameof(caller), caller, "Nobody is called so."),
    };

    static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);
}
