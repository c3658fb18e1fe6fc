using System.Text;

namespace BatchBus.WhopSimulator.Companies;

/// <summary>People's names: as displayed, and as they go into an e-mail.</summary>
static class Names
{
    public static readonly (string Display, string Plain)[] First =
    [
        ("Anna", "anna"), ("Ben", "ben"), ("Chloé", "chloe"), ("David", "david"), ("Emre", "emre"), ("François", "francois"), ("Grace", "grace"),
        ("Hiroshi", "hiroshi"), ("Ines", "ines"), ("José", "jose"), ("Kofi", "kofi"), ("Léa", "lea"), ("Maria", "maria"), ("Noah", "noah"),
        ("Olga", "olga"), ("Priya", "priya"), ("Quentin", "quentin"), ("Renée", "renee"), ("Søren", "soren"), ("Thảo", "thao"), ("Uma", "uma"),
        ("Valentín", "valentin"), ("Wei", "wei"), ("Zoë", "zoe"),
    ];

    public static readonly (string Display, string Plain)[] Last =
    [
        ("Adeyemi", "adeyemi"), ("Brown", "brown"), ("Castillo", "castillo"), ("Dvořák", "dvorak"), ("Eriksson", "eriksson"), ("Fischer", "fischer"),
        ("García", "garcia"), ("Haddad", "haddad"), ("Ito", "ito"), ("Jensen", "jensen"), ("Kowalski", "kowalski"), ("Lefèvre", "lefevre"),
        ("Müller", "muller"), ("Nguyễn", "nguyen"), ("O'Connor", "oconnor"), ("Petrov", "petrov"), ("Rossi", "rossi"), ("Şahin", "sahin"),
        ("Taylor", "taylor"), ("Ünal", "unal"), ("Walker", "walker"), ("Yılmaz", "yilmaz"), ("Zhang", "zhang"),
    ];

    public static readonly string[] FirstDecomposed = [.. First.Select(name => name.Display.Normalize(NormalizationForm.FormD))];
}
