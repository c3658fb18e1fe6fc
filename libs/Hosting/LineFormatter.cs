using System.Diagnostics;
using BatchBus.Hosting.Tracing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace BatchBus.Hosting;

/// <summary>
/// One line a message: time (UTC), level, source, text, the job and the trace that it belongs to, and an exception as its type and message. Stack
/// traces go out over OTLP, and to the console where the level is Debug.
/// </summary>
sealed class LineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ");
        var source = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        textWriter.Write($"{clock.GetUtcNow():HH:mm:ss.fff} {Level(logEntry.LogLevel)} {source}: {text}");
        scopeProvider?.ForEachScope(static (scope, writer) => writer.Write(scope is JobScope job ? $" job={job.Job}" : ""), textWriter);
        if (Activity.Current is { Recorded: true } span) textWriter.Write($" trace={span.TraceId}");
        for (var e = logEntry.Exception; e is not null; e = e.InnerException)
            textWriter.Write($" | {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        textWriter.WriteLine();
        if (logEntry is { LogLevel: <= LogLevel.Debug, Exception: { } exception }) textWriter.WriteLine(exception);
    }

    static string Level(LogLevel level) => level switch
    {
        LogLevel.Critical => "FATAL",
        LogLevel.Error => "ERROR",
        LogLevel.Warning => "WARN ",
        LogLevel.Information => "INFO ",
        _ => "DEBUG",
    };
}
