using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchBus.Api.Admission;
using BatchBus.Api.DeadLetters;
using BatchBus.Api.Jobs;
using BatchBus.Hosting;
using BatchBus.Hosting.Redelivery;

namespace BatchBus.Tests.Fast.Deploy;

public sealed class PolicyTests
{
    static readonly JsonNode[] Policies = [.. JsonNode.Parse(DeployFiles.Read("rabbitmq", "policies.json"))!["policies"]!.AsArray().Select(policy => policy!)];

    [Fact]
    public void The_policies_are_for_every_queue_but_those_of_the_dead() => Assert.All(Policies, policy =>
    {
        var pattern = new Regex(policy["pattern"]!.GetValue<string>());
        Assert.All([.. Queues.All, .. DelayQueues.Lengths.Select(DelayQueues.NameFor)], queue => Assert.Matches(pattern, queue));
        // A message that a full queue of the dead refuses would die again and again.
        Assert.All(DeadLetterQueue.All, queue => Assert.DoesNotMatch(pattern, queue.Name));
    });

    [Fact]
    public void No_queue_is_full_before_the_back_pressure_holds()
    {
        var (jobs, admission) = (new JobOptions(), new AdmissionOptions());
        var most = (admission.MaxActiveJobs + admission.ReservedForVip) * (jobs.MaxPagesWaiting + jobs.PagesPerSlice);
        Assert.Equal(2, Policies.Length);
        Assert.All(Policies, policy =>
        {
            Assert.True(policy["definition"]!["max-length"]!.GetValue<long>() > 10 * most);
            Assert.Equal("reject-publish", policy["definition"]!["overflow"]!.GetValue<string>());
        });
    }
}
