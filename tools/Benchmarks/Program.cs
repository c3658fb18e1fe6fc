using BatchBus.Benchmarks;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// Measures the small parts of the way of a page: ./batchbus bench parts. The argument is the folder for the results.
var config = ManualConfig.CreateEmpty()
    // Within this process: a program of its own for each part would have to be restored and built first.
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddExporter(JsonExporter.Full)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(args is [var folder] ? folder : "BenchmarkDotNet.Artifacts");
return BenchmarkSwitcher.FromAssembly(typeof(PageBenchmarks).Assembly).RunAll(config).Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
