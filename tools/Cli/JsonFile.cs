using System.Text.Json;

namespace BatchBus.Cli;

/// <summary>Small state files. They are replaced as a whole, so that a kill in the middle leaves the old or the new one, never half of it.</summary>
static class JsonFile
{
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static T? Read<T>(string path) where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Format);
        }
        catch (JsonException e)
        {
            throw new CliException($"{path} is damaged ({e.Message}). Delete it and run the command again.");
        }
    }

    /// <summary>Writes a file that only its owner can read: some of them hold secrets, and none is anybody else's business.</summary>
    public static void Write<T>(string path, T value) where T : class
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var next = $"{path}.{Environment.ProcessId}";
        using (var stream = OwnersFile.Create(next)) JsonSerializer.Serialize(stream, value, Format);
        File.Move(next, path, overwrite: true);
    }
}
