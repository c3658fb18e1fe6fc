namespace BatchBus.Tests.Servers.Supabase;

/// <summary>What the system catalog says, as lines of text to compare.</summary>
static class Catalog
{
    /// <summary>Everything in schema public, but for the names of the owners.</summary>
    public static async Task<string> Schema(TestDatabase database) => string.Join('\n', await database.Column<string>("""
        SELECT format('column %s.%s %s %s %s', c.oid::regclass, attname, atttypid::regtype, attnotnull, pg_get_expr(adbin, adrelid)) COLLATE "C"
          FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        UNION ALL SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT format('policy %s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'public'
        UNION ALL SELECT format('rights %s %s', oid::regclass, relacl) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT format('rights %s.%s %s', attrelid::regclass, attname, attacl) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
          WHERE relnamespace = 'public'::regnamespace AND attacl IS NOT NULL
        UNION ALL SELECT format('function %s %s', pg_get_functiondef(oid), proacl) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT format('comment %s %s', c.oid::regclass, obj_description(c.oid)) FROM pg_class c WHERE relnamespace = 'public'::regnamespace
        ORDER BY 1
        """));

    /// <summary>What is Supabase's own: the schema auth, its three roles, the publication.</summary>
    public static async Task<string> OfSupabase(SupabaseLikeDatabase project) => string.Join('\n', await project.Database.Column<string>("""
        SELECT format('schema auth %s %s', nspowner::regrole, nspacl) COLLATE "C" FROM pg_namespace WHERE nspname = 'auth'
        UNION ALL SELECT format('function %s %s %s', pg_get_functiondef(oid), proowner::regrole, proacl) FROM pg_proc WHERE pronamespace = 'auth'::regnamespace
        UNION ALL SELECT format('relation %s %s', oid::regclass, relacl) FROM pg_class WHERE relnamespace = 'auth'::regnamespace
        UNION ALL SELECT format('role %s', to_jsonb(r) - 'oid') FROM pg_roles r WHERE rolname = ANY ($1)
        UNION ALL SELECT format('member %s of %s %s', member::regrole, roleid::regrole, admin_option) FROM pg_auth_members WHERE member::regrole::text = ANY ($1)
        UNION ALL SELECT format('publication %s', to_jsonb(p) - 'oid') FROM pg_publication p
        UNION ALL SELECT format('default rights %s %s %s', defaclrole::regrole, defaclobjtype, defaclacl) FROM pg_default_acl
        ORDER BY 1
        """, new object[] { project.ApiRoles }));
}
