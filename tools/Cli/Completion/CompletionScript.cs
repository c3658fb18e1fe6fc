using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using System.Text;

namespace BatchBus.Cli.Completion;

/// <summary>
/// A shell's completion for a command tree, as a script with the words in it: nothing of BatchBus is started when somebody presses the tab key.
/// </summary>
static class CompletionScript
{
    /// <summary>For bash. It serves <c>batchbus</c> and <c>./batchbus</c>, for bash looks for what is behind the last slash, too.</summary>
    public static string Bash(Command root)
    {
        var (commands, words) = (new StringBuilder(), new StringBuilder());
        foreach (var (path, command, options) in All(root, "", []))
        {
            if (path.Length > 0) commands.Append(CultureInfo.InvariantCulture, $"            '{path}') path='{path}' ;;\n");
            AppendWords(words, path, command, options);
        }
        return $$"""
            # Completion of ./batchbus: eval "$(./batchbus completion bash)"
            _batchbus() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path= words= i
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$path ${COMP_WORDS[i]}" in
            {{commands.ToString().TrimEnd()}}
                    esac
                done
                case "$path $before" in
            {{words.ToString().TrimEnd()}}
                esac
                COMPREPLY=($(compgen -W "$words" -- "$word"))
            }
            complete -F _batchbus batchbus
            """;
    }

    /// <summary>For zsh, whose own helper runs what is written for bash.</summary>
    public static string Zsh(Command root) => $"""
        # Completion of ./batchbus: eval "$(./batchbus completion zsh)"
        autoload -Uz +X compinit bashcompinit
        (($+functions[compdef])) || compinit
        bashcompinit
        {Bash(root)}
        """;

    /// <summary>Each command with the words that lead to it, and the options that it has and inherits.</summary>
    static IEnumerable<(string Path, Command Command, Option[] Options)> All(Command command, string path, Option[] inherited)
    {
        Option[] options = [.. command.Options.Where(option => !option.Hidden), .. inherited];
        foreach (var below in command.Subcommands.Where(below => !below.Hidden))
            foreach (var found in All(below, $"{path} {below.Name}", [.. options.Where(option => option.Recursive)])) yield return found;
        yield return (path, command, options);
    }

    static void AppendWords(StringBuilder words, string path, Command command, Option[] options)
    {
        // The more special patterns first: what follows an option that takes a value is that value.
        foreach (var option in options.Where(option => option.Arity.MaximumNumberOfValues > 0 && !option.IsFlag()))
        {
            var names = string.Join("|", option.Names().Select(name => $"'{path} {name}'"));
            var reply = option.HelpName == "path" ? """COMPREPLY=($(compgen -f -- "$word")); return""" : $"words='{string.Join(' ', Values(option))}'";
            words.Append(CultureInfo.InvariantCulture, $"            {names}) {reply} ;;\n");
        }
        string[] next = [.. command.Subcommands.Where(below => !below.Hidden).Select(below => below.Name), .. command.Arguments.SelectMany(Values), .. options.SelectMany(Names)];
        words.Append(CultureInfo.InvariantCulture, $"            '{path} '*) words='{string.Join(' ', next)}' ;;\n");
    }

    static IEnumerable<string> Values(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(item => item.Label).Where(word => !word.StartsWith('-'));

    static bool IsFlag(this Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(void);

    static IEnumerable<string> Names(this Option option) => option.Aliases.Prepend(option.Name).Where(name => !name.Contains('?') && !name.StartsWith('/'));
}
