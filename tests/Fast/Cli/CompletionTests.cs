using System.Diagnostics;
using BatchBus.Cli;
using BatchBus.Cli.Completion;

namespace BatchBus.Tests.Fast.Cli;

/// <summary>The script in a real bash.</summary>
public sealed class CompletionTests
{
    static readonly string Script = CompletionScript.Bash(CommandTree.Create(PlainConsole.Create().Console));

    [Theory]
    [InlineData("sta", "stats status")]
    [InlineData("dead-letters ", "--api --json --token-file discard list replay")]
    [InlineData("dead-letters re", "replay")]
    [InlineData("dead-letters replay q --ex", "--exception")]
    [InlineData("token --role ", "authenticated service_role")]
    [InlineData("token --role service_role --h", "--help --hours")]
    [InlineData("create id --priority v", "vip")]
    [InlineData("priority id ", "--api --json --token-file high low normal vip")]
    [InlineData("completion ", "bash zsh")]
    [InlineData("export id --output /proc/self/mountinf", "/proc/self/mountinfo")]
    [InlineData("jobs --limit ", "")]
    [InlineData("status --watch --", "--api --json --token-file --watch")]
    public async Task It_offers_what_fits(string line, string words)
    {
        string[] typed = ["batchbus", .. line.Split(' ')];
        var offered = await Bash($"""
            {Script}
            COMP_WORDS=({string.Join(' ', typed.Select(word => $"'{word}'"))}); COMP_CWORD={typed.Length - 1}
            _batchbus; printf '%s\n' "{"${COMPREPLY[@]}"}" | sort | paste -sd' '
            """);
        // Help is offered wherever System.CommandLine has it; it is not what these lines are about.
        Assert.Equal(words, string.Join(' ', offered.Split(' ').Where(word => words.Contains("--help", StringComparison.Ordinal) || word is not ("--help" or "-h" or "-w"))));
    }

    [Fact]
    public void Zsh_runs_the_same_function() =>
        Assert.EndsWith(Script, CompletionScript.Zsh(CommandTree.Create(PlainConsole.Create().Console)), StringComparison.Ordinal);

    static async Task<string> Bash(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, bash.ExitCode);
        return output.TrimEnd('\n');
    }
}
