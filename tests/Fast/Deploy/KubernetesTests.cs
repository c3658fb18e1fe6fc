using System.Globalization;
using BatchBus.Api.Admission;
using BatchBus.Api.Jobs;
using BatchBus.Fetcher;
using BatchBus.Hosting;
using BatchBus.Ingest;
using k8s;
using k8s.Models;

namespace BatchBus.Tests.Fast.Deploy;

/// <summary>What <c>deploy/k8s</c> names exists in the code, and its numbers are those of the options.</summary>
public sealed class KubernetesTests
{
    static readonly Dictionary<string, Type> Kinds = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace), ["v1/ConfigMap"] = typeof(V1ConfigMap), ["v1/Service"] = typeof(V1Service), ["batch/v1/Job"] = typeof(V1Job),
        ["apps/v1/Deployment"] = typeof(V1Deployment), ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
    };

    static readonly string[] Files = [.. DeployFiles.Documents("k8s", "kustomization.yaml").Single()["resources"].Items.Select(item => item.Text)];

    static IEnumerable<Yaml> Documents => Files.SelectMany(file => DeployFiles.Documents("k8s", file));

    static IEnumerable<V1Deployment> Deployments => Files.SelectMany(file => Parse(file)).OfType<V1Deployment>();

    [Fact]
    public void Every_file_is_applied_and_keeps_to_Kubernetes_own_types()
    {
        Assert.Equal(Directory.EnumerateFiles(DeployFiles.PathOf("k8s")).Select(Path.GetFileName).Where(name => name != "kustomization.yaml").Order(), Files.Order());
        var objects = Files.SelectMany(Parse).ToArray();
        Assert.Equal(["api", "fetcher", "ingest"], objects.OfType<V1Deployment>().Select(d => d.Metadata.Name).Order());
        Assert.Single(objects.OfType<V1Job>());
        Assert.True(objects.OfType<V1NetworkPolicy>().Count() > 5);
    }

    [Fact]
    public void Every_setting_exists()
    {
        string[] settings = [.. Files.SelectMany(Parse).OfType<V1ConfigMap>().SelectMany(map => map.Data.Keys), .. Pods().SelectMany(pod => pod.Containers).SelectMany(c => c.Env).Select(e => e.Name)];
        Assert.True(settings.Length > 10, string.Join(' ', settings));
        Assert.All(settings, setting => Assert.True(KnownSettings.Contain(setting), $"No program knows {setting}."));
    }

    [Fact]
    public void Every_key_of_the_secret_is_made_by_the_command_in_the_docs()
    {
        var docs = File.ReadAllText(Path.Combine(DeployFiles.Root, "docs", "deploy.md"));
        var secrets = Pods().SelectMany(pod => pod.Containers).SelectMany(c => c.Env).Select(e => e.ValueFrom.SecretKeyRef).Where(key => key.Optional is not true).ToArray();
        Assert.All(secrets, key => Assert.Equal("batchbus", key.Name));
        string[] keys = [.. secrets.Select(key => key.Key), .. Documents.Where(d => d["kind"].Text == "TriggerAuthentication").SelectMany(d => d["spec"]["secretTargetRef"].Items).Select(r => r["key"].Text)];
        Assert.All(keys.Distinct(), key => Assert.Contains($"--from-literal={key}=", docs, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_probe_asks_where_the_services_answer_and_every_service_has_time_to_end()
    {
        var health = File.ReadAllText(Path.Combine(DeployFiles.Root, "libs", "Hosting", "Health.cs"));
        foreach (var pod in Deployments.Select(d => d.Spec.Template.Spec))
        {
            var container = pod.Containers.Single();
            Assert.All((V1Probe[])[container.StartupProbe, container.LivenessProbe, container.ReadinessProbe], probe =>
                Assert.Contains($"MapHealthChecks(\"{probe.HttpGet.Path}\"", health, StringComparison.Ordinal));
            Assert.EndsWith("/ready", container.ReadinessProbe.HttpGet.Path, StringComparison.Ordinal);
            Assert.EndsWith("/live", container.LivenessProbe.HttpGet.Path, StringComparison.Ordinal);
            Assert.Contains($"ASPNETCORE_HTTP_PORTS={container.Ports.Single().ContainerPort}", DeployFiles.Read("Dockerfile"), StringComparison.Ordinal);
            Assert.True(pod.TerminationGracePeriodSeconds > ServiceDefaults.ShutdownTimeout.TotalSeconds);
        }
    }

    [Fact]
    public void Every_image_is_one_that_compose_builds()
    {
        var compose = DeployFiles.Read("docker-compose.yml");
        Assert.All(Pods().SelectMany(pod => pod.Containers), c => Assert.Contains($"image: {c.Image}:", compose, StringComparison.Ordinal));
        Assert.Equal(Pods().SelectMany(pod => pod.Containers).Select(c => c.Image).Order(), DeployFiles.Documents("k8s", "kustomization.yaml").Single()["images"].Items.Select(i => i["name"].Text).Order());
    }

    [Fact]
    public void A_selector_selects_pods_that_there_are()
    {
        var names = Documents.Select(d => d["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"]).Where(name => name.IsThere).Select(name => name.Text).ToArray();
        Assert.All(Deployments, d => Assert.Equal(d.Spec.Selector.MatchLabels, d.Spec.Template.Metadata.Labels));
        var selected = Files.SelectMany(Parse).SelectMany(o => o switch
        {
            V1PodDisruptionBudget budget => Names(budget.Spec.Selector),
            V1NetworkPolicy policy => Names(policy.Spec.PodSelector),
            V1Service service => service.Spec.Selector.Values,
            _ => [],
        }).ToArray();
        Assert.NotEmpty(selected);
        Assert.All(selected, name => Assert.Contains(name, names));
    }

    [Theory]
    [InlineData("fetcher", Queues.FetchMembers)]
    [InlineData("ingest", Queues.MemberPages)]
    public void A_service_is_scaled_by_the_queue_that_it_consumes(string service, string queue)
    {
        var scaled = Scaled(service);
        Assert.Equal(service, scaled["spec"]["scaleTargetRef"]["name"].Text);
        Assert.Null(Deployments.Single(d => d.Metadata.Name == service).Spec.Replicas); // two would give orders
        var trigger = scaled["spec"]["triggers"].Items.Single();
        Assert.Equal(("rabbitmq", "http", queue, "QueueLength"), (trigger["type"].Text, trigger["metadata"]["protocol"].Text, trigger["metadata"]["queueName"].Text, trigger["metadata"]["mode"].Text));
        Assert.Equal("0", scaled["spec"]["minReplicaCount"].Text);
        Assert.True(TimeSpan.FromSeconds(Number(scaled["spec"]["cooldownPeriod"])) >= new JobOptions().LongestBackOff);
        string[] known = ["scaleTargetRef", "pollingInterval", "cooldownPeriod", "minReplicaCount", "maxReplicaCount", "triggers"];
        Assert.Empty(scaled["spec"].Entries.Select(entry => entry.Key).Except(known));
    }

    [Fact]
    public void The_numbers_of_the_scaling_follow_from_the_options()
    {
        var (slices, pages) = (Number(Scaled("fetcher")["spec"]["triggers"].Items.Single()["metadata"]["value"]), Number(Scaled("ingest")["spec"]["triggers"].Items.Single()["metadata"]["value"]));
        Assert.Equal(new FetcherOptions().ConcurrentSlices, slices);
        Assert.Equal(Math.Ceiling((new AdmissionOptions().MaxActiveJobs + new AdmissionOptions().ReservedForVip) / (double)slices), Number(Scaled("fetcher")["spec"]["maxReplicaCount"]));
        var ingest = new IngestOptions();
        Assert.True(pages > ingest.PagesPerBatch * (ingest.ConcurrentBatches + 1));
        Assert.Equal(5 * new JobOptions().MaxPagesWaiting, pages);
    }

    static Yaml Scaled(string service) => Documents.Single(d => d["kind"].Text == "ScaledObject" && d["metadata"]["name"].Text == service);

    static int Number(Yaml place) => int.Parse(place.Text, CultureInfo.InvariantCulture);

    static IEnumerable<V1PodSpec> Pods() => [.. Deployments.Select(d => d.Spec.Template.Spec), .. Files.SelectMany(Parse).OfType<V1Job>().Select(j => j.Spec.Template.Spec)];

    static IEnumerable<string> Names(V1LabelSelector selector) =>
        [.. selector.MatchLabels?.Values ?? [], .. selector.MatchExpressions?.SelectMany(expression => expression.Values) ?? []];

    /// <summary>Kubernetes' own kinds, in which an unknown field is an error. KEDA's have no types here.</summary>
    static IEnumerable<object> Parse(string file)
    {
        foreach (var document in DeployFiles.Documents("k8s", file)) if (document["apiVersion"].Text != "keda.sh/v1alpha1") Assert.Contains($"{document["apiVersion"].Text}/{document["kind"].Text}", Kinds.Keys);
        return file == "scaling.yaml" ? [] : KubernetesYaml.LoadAllFromString(DeployFiles.Read("k8s", file), Kinds, strict: true);
    }
}
