namespace BatchBus.Tests.Servers.Outages;

/// <summary>One stack for all of them: starting PostgreSQL and RabbitMQ takes longer than most of these tests.</summary>
[CollectionDefinition(PrivateServers.Collection)]
public sealed class PrivateServersCollection : ICollectionFixture<PrivateServers>;
