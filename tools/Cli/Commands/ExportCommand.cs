using System.CommandLine;
using BatchBus.Cli.Client;
using BatchBus.Cli.Display;
using Spectre.Console;

namespace BatchBus.Cli.Commands;

static class ExportCommand
{
    const int BufferBytes = 64 * 1024;

    static readonly Argument<Guid> Audience = IdArgument.Of("audience", "./batchbus show names the one of a job.");
    static readonly Option<string?> File = new("--output", "-o") { Description = "The file to write; without it, or with -, the output.", HelpName = "path" };
    static readonly Option<bool> Raw = new("--raw") { Description = "Every cell as it is stored, for programs; by default safe to open in a spreadsheet." };

    public static Command Create(IAnsiConsole console) => new Command("export", "Writes an audience's members as CSV, by e-mail (docs/audiences.md), as they come in.")
    {
        Audience, File, Raw,
    }.TakesApi().Calls(console, Export);

    static async Task<int> Export(ApiCall call, CancellationToken ct)
    {
        var path = call.Parsed.GetValue(File) is { } given and not "-" ? given : null;
        if (path is null && call.Output.IsJson) throw new UsageException("The members go to the output, where --json has no place; give --output for the file.");
        var address = $"api/audiences/{call.Parsed.GetValue(Audience)}/members.csv{(call.Parsed.GetValue(Raw) ? "?raw=true" : "")}";
        using var answer = await call.Api.Open(address, "text/csv", ct);
        if (path is null)
        {
            await using var output = Console.OpenStandardOutput();
            await Copy(call.Api, answer, output, ct);
            return ExitCodes.Done;
        }
        var bytes = await Save(call.Api, answer, path, ct);
        if (call.Output.IsJson) call.Output.Json(new { path = Path.GetFullPath(path), bytes });
        else call.Output.Line($"Wrote {Words.Number(bytes)} bytes to {path}.");
        return ExitCodes.Done;
    }

    /// <summary>The name appears when the file is whole: half an audience must not be taken for one.</summary>
    static async Task<long> Save(ApiClient api, HttpResponseMessage answer, string path, CancellationToken ct)
    {
        var part = $"{path}.part";
        try
        {
            long bytes;
            await using (var file = OwnersFile.Create(part)) bytes = await Copy(api, answer, file, ct);
            System.IO.File.Move(part, path, overwrite: true);
            return bytes;
        }
        catch
        {
            System.IO.File.Delete(part);
            throw;
        }
    }

    static async Task<long> Copy(ApiClient api, HttpResponseMessage answer, Stream to, CancellationToken ct)
    {
        await using var from = await answer.Content.ReadAsStreamAsync(ct);
        var (buffer, bytes) = (new byte[BufferBytes], 0L);
        while (await Read(api, from, buffer, ct) is var count and > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), ct);
            bytes += count;
        }
        return bytes;
    }

    static async Task<int> Read(ApiClient api, Stream from, byte[] buffer, CancellationToken ct)
    {
        try
        {
            return await from.ReadAsync(buffer, ct);
        }
        catch (IOException e)
        {
            throw new ApiException($"The Api at {api.Address} broke off; what was written is not the whole audience. ({e.Message})", null);
        }
    }
}
