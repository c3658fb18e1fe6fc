using BatchBus.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace BatchBus.Api.Jobs;

/// <summary>The saga's instance on <c>batch_processing_queue</c>.</summary>
sealed class BatchJobMap : IEntityTypeConfiguration<BatchJob>
{
    // States and priorities are lower case in the table, as people write them in SQL.
    static readonly ValueConverter<string, string> Status = new(
        state => state.ToLowerInvariant(), status => char.ToUpperInvariant(status[0]) + status.Substring(1));

    static readonly ValueConverter<JobPriority, string> Priority = new(
        priority => Text(priority), text => Enum.Parse<JobPriority>(text, true));

    /// <summary>A priority as the table has it.</summary>
    public static string Text(JobPriority priority) => priority.ToString().ToLowerInvariant();

    public void Configure(EntityTypeBuilder<BatchJob> builder)
    {
        builder.ToTable("batch_processing_queue");
        builder.HasKey(job => job.CorrelationId);
        builder.Property(job => job.CorrelationId).HasColumnName("id").ValueGeneratedNever();
        builder.Property(job => job.Status).HasConversion(Status);
        builder.Property(job => job.Priority).HasConversion(Priority);
        builder.Ignore(job => job.Totals);
    }
}
