using BatchBus.Api.Admission;
using BatchBus.Api.Data;
using BatchBus.Api.Retention;
using MassTransit;
using Microsoft.Extensions.Options;

namespace BatchBus.Api.Jobs;

static class JobRegistration
{
    /// <summary>Adds the saga with its repository and the transactional inbox and outbox.</summary>
    public static void AddBatchJobs(this IBusRegistrationConfigurator bus)
    {
        bus.AddOptions<JobOptions>().BindConfiguration(JobOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        bus.AddSingleton<Patience>().AddSingleton<IngestLag>().AddSingleton<JobSteps>().AddSingleton<JobEnds>().AddSingleton<JobStalls>().AddSingleton<WindowPlan>();
        bus.AddScoped<IStartGate, StartGate>().AddScoped<IPageLedger, PageLedger>().AddScoped<IWhopKeys, WhopKeys>().AddScoped<SliceSender>();
        bus.AddScoped<IJobWindows, JobWindows>().AddScoped<JobReading>().AddScoped<IMissingMembers, MissingMembers>();
        bus.AddScoped<JobQueries>().AddScoped<JobCommands>();
        bus.AddSagaStateMachine<BatchJobStateMachine, BatchJob, BatchJobDefinition>().EntityFrameworkRepository(repository =>
        {
            repository.ExistingDbContext<ApiDbContext>();
            repository.UsePostgres();
        });
        bus.AddEntityFrameworkOutbox<ApiDbContext>(outbox =>
        {
            outbox.UsePostgres();
            outbox.UseBusOutbox();
            outbox.QueryDelay = TimeSpan.FromSeconds(5); // only what a replica left when it died waits for it
            outbox.SetDuplicateDetectionWindow(services => services.GetRequiredService<IOptions<RetentionOptions>>().Value.Inbox);
        });
    }
}
