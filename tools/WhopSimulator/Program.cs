using BatchBus.WhopSimulator;

await using var app = SimulatorApp.Create(args);
await app.RunAsync();
