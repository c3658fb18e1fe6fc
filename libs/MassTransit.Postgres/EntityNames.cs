using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>The names that a context's model gives to an entity's table and columns, quoted for SQL.</summary>
sealed class EntityNames
{
    readonly IEntityType _entity;
    readonly StoreObjectIdentifier _table;
    readonly ISqlGenerationHelper _sql;

    /// <exception cref="InvalidOperationException">The context does not map the entity to a table.</exception>
    public EntityNames(DbContext db, Type entity)
    {
        _entity = db.Model.FindEntityType(entity) ?? throw Unmapped(db, entity.Name);
        _table = StoreObjectIdentifier.Create(_entity, StoreObjectType.Table) ?? throw Unmapped(db, entity.Name);
        _sql = db.GetService<ISqlGenerationHelper>();
    }

    public string Table => _sql.DelimitIdentifier(_table.Name, _table.Schema);

    /// <summary>The column of a property.</summary>
    public string this[string property] =>
        _sql.DelimitIdentifier(_entity.FindProperty(property)?.GetColumnName(_table)
            ?? throw new InvalidOperationException($"{_entity.ClrType.Name}.{property} is mapped to no column of {Table}."));

    static InvalidOperationException Unmapped(DbContext db, string entity) =>
        new($"{db.GetType().Name} maps {entity} to no table: add it in OnModelCreating, inbox and outbox with AddInboxStateEntity() and "
            + "AddOutboxMessageEntity().");
}
