using System.Text;

namespace BatchBus.WhopSimulator.Companies;

/// <summary>One e-mail address: what it comes down to, and how its owner writes it.</summary>
/// <param name="Canonical">Trimmed, NFC, lower case, the domain in ASCII.</param>
/// <param name="Written">As the first member who has it writes it: mostly the same.</param>
readonly record struct Address(string Canonical, string Written);

/// <summary>
/// Makes addresses whose canonical form is known because it is made first. The number at the end of the local part is the member's
/// index, so two members never have the same by chance.
/// </summary>
static class Addresses
{
    const string NoBreakSpace = "\u00A0";

    static readonly string[] Domains =
        ["example.com", "example.org", "mail.example.net", "students.example.edu", "inbox.test", "company.example", "shop-24.example"];

    // Punycode written out, not computed, so that the expected result does not come from the library that it checks.
    static readonly (string Unicode, string Ascii)[] InternationalDomains =
    [
        ("müller.example", "xn--mller-kva.example"), ("bücher.example", "xn--bcher-kva.example"), ("café.example", "xn--caf-dma.example"),
        ("почта.example", "xn--80a1acny.example"), ("日本語.example", "xn--wgv71a119e.example"),
    ];

    static readonly string[] AccentedNames = ["josé", "zoë", "jürgen", "françois", "søren", "dvořák", "nguyễn"];

    public static Address Of(int index, ulong random)
    {
        var local = $"{Names.First[random % (ulong)Names.First.Length].Plain}.{Names.Last[(random >> 8) % (ulong)Names.Last.Length].Plain}.{index}";
        var domain = Domains[(random >> 16) % (ulong)Domains.Length];
        return ((random >> 24) % 32) switch
        {
            0 => International(local, InternationalDomains[(random >> 32) % (ulong)InternationalDomains.Length]),
            1 => Accented($"{AccentedNames[(random >> 32) % (ulong)AccentedNames.Length]}.{index}@{domain}", decomposed: (random >> 48) % 2 == 0),
            _ => Plain($"{local}@{domain}"),
        };
    }

    /// <summary>Another spelling of the same address, or the same one.</summary>
    public static string Respell(Address address, ulong random) => (random % 8) switch
    {
        0 or 1 => address.Written,
        2 => address.Canonical,
        3 => address.Written.ToUpperInvariant(),
        4 => char.ToUpperInvariant(address.Written[0]) + address.Written[1..],
        5 => $" {address.Written}",
        6 => $"{address.Written}\r\n",
        _ => $"\t{address.Written}{NoBreakSpace}",
    };

    /// <summary>No address by any reading: each breaks one rule plainly.</summary>
    public static string Invalid(int index, ulong random) => (random % 7) switch
    {
        0 => $"no.at.sign.{index}.example.com",
        1 => $"two@at.signs.{index}@example.com",
        2 => $"@no.local.part.{index}.example.com",
        3 => $"no.domain.{index}@",
        4 => $"inner space.{index}@example.com",
        5 => $"control\u0007character.{index}@example.com",
        _ => $"{new string('x', 300)}.{index}@example.com",
    };

    static Address Plain(string address) => new(address, address);

    static Address International(string local, (string Unicode, string Ascii) domain) => new($"{local}@{domain.Ascii}", $"{local}@{domain.Unicode}");

    static Address Accented(string address, bool decomposed) =>
        new(address, decomposed ? address.Normalize(NormalizationForm.FormD) : address);
}
