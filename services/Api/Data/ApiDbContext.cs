using BatchBus.Api.Audiences;
using BatchBus.Api.Connections;
using BatchBus.Api.Jobs;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace BatchBus.Api.Data;

/// <summary>The tables that Api writes. The schema itself lives in <c>supabase/migrations</c>.</summary>
sealed class ApiDbContext(DbContextOptions<ApiDbContext> options, TimeProvider clock) : DbContext(options)
{
    public DbSet<BatchJob> Jobs => Set<BatchJob>();
    public DbSet<JobWindow> Windows => Set<JobWindow>();
    public DbSet<Audience> Audiences => Set<Audience>();
    public DbSet<WhopConnection> Connections => Set<WhopConnection>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new BatchJobMap());
        modelBuilder.Entity<JobWindow>().ToTable("batch_processing_windows").HasKey(window => new { window.JobId, window.Number });
        modelBuilder.Entity<Audience>().ToTable("audiences");
        modelBuilder.Entity<WhopConnection>().ToTable("whop_connections");
        modelBuilder.AddInboxStateEntity();
        modelBuilder.AddOutboxMessageEntity();
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        foreach (var entry in ChangeTracker.Entries<BatchJob>())
            if (entry.State is EntityState.Added or EntityState.Modified) entry.Entity.UpdatedAt = clock.GetUtcNow();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }
}
