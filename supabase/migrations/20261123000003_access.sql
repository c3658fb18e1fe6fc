-- BatchBus, who may do what. Row-level security is enabled and forced on every table, so a grant alone opens nothing.

-- Supabase has these three roles; elsewhere they are made. service_role is let through by policies, not by BYPASSRLS,
-- which only a superuser could grant.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', r); END IF;
  END LOOP;
  -- The login roles of the two services that use the database. `batchbus migrate` sets their passwords; none stands here.
  FOREACH r IN ARRAY ARRAY['batchbus_api', 'batchbus_ingest'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', r); END IF;
  END LOOP;
END $$;

-- Api answers a user's reads as that user: SET LOCAL ROLE authenticated. NOINHERIT: only then, never by itself.
GRANT authenticated, service_role, anon TO batchbus_api;

GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role, batchbus_api, batchbus_ingest;
DO $$
BEGIN
  -- On Supabase the owner of auth has granted this already, and only the owner could.
  IF NOT has_schema_privilege('authenticated', 'auth', 'USAGE') THEN
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
  END IF;
  -- For the check at start that the schema is not older than the service.
  IF to_regclass('supabase_migrations.schema_migrations') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA supabase_migrations TO batchbus_api, batchbus_ingest;
    GRANT SELECT ON supabase_migrations.schema_migrations TO batchbus_api, batchbus_ingest;
  END IF;
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['whop_connections', 'audiences', 'audience_members', 'batch_processing_queue', 'batch_processing_pages',
      'batch_processing_progress', 'batch_processing_workers', 'batch_processing_stats', 'inbox', 'outbox'] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', t);
    -- Supabase's default privileges give new tables to these roles; what each really needs follows below.
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, anon, authenticated, service_role', t);
  END LOOP;
END $$;

-- Owners: their own rows. The key's ciphertext and fingerprint are not among the columns.
GRANT SELECT (id, owner_id, company_id, label, created_at, updated_at, deleted_at) ON public.whop_connections TO authenticated;
CREATE POLICY owner_reads ON public.whop_connections FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));

GRANT SELECT, INSERT (id, owner_id, connection_id, name) ON public.audiences TO authenticated;
CREATE POLICY owner_reads ON public.audiences FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));
CREATE POLICY owner_adds ON public.audiences FOR INSERT TO authenticated WITH CHECK (owner_id = (SELECT auth.uid()));

GRANT SELECT ON public.audience_members TO authenticated;
CREATE POLICY owner_reads ON public.audience_members FOR SELECT TO authenticated
  USING (audience_id IN (SELECT a.id FROM public.audiences a WHERE a.owner_id = (SELECT auth.uid())));

-- A job may be asked for by inserting its row; everything else in it is the saga's.
GRANT SELECT, INSERT (id, owner_id, audience_id, connection_id, priority) ON public.batch_processing_queue TO authenticated;
CREATE POLICY owner_reads ON public.batch_processing_queue FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));
CREATE POLICY owner_adds ON public.batch_processing_queue FOR INSERT TO authenticated WITH CHECK (owner_id = (SELECT auth.uid()));

GRANT SELECT ON public.batch_processing_pages, public.batch_processing_progress TO authenticated;
CREATE POLICY owner_reads ON public.batch_processing_pages FOR SELECT TO authenticated
  USING (job_id IN (SELECT q.id FROM public.batch_processing_queue q WHERE q.owner_id = (SELECT auth.uid())));
CREATE POLICY owner_reads ON public.batch_processing_progress FOR SELECT TO authenticated
  USING (job_id IN (SELECT q.id FROM public.batch_processing_queue q WHERE q.owner_id = (SELECT auth.uid())));

-- Operations: the service role reads everything but the keys.
GRANT SELECT (id, owner_id, company_id, label, created_at, updated_at, deleted_at) ON public.whop_connections TO service_role;
GRANT SELECT ON public.audiences, public.audience_members, public.batch_processing_queue, public.batch_processing_pages,
  public.batch_processing_progress, public.batch_processing_workers, public.batch_processing_stats TO service_role;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['whop_connections', 'audiences', 'audience_members', 'batch_processing_queue', 'batch_processing_pages',
      'batch_processing_progress', 'batch_processing_workers', 'batch_processing_stats'] LOOP
    EXECUTE format('CREATE POLICY operations_read ON public.%I FOR SELECT TO service_role USING (true)', t);
  END LOOP;
END $$;

-- Api: the control plane.
GRANT SELECT, INSERT, UPDATE ON public.whop_connections, public.batch_processing_workers, public.batch_processing_stats TO batchbus_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.audiences, public.batch_processing_queue, public.inbox, public.outbox TO batchbus_api;
GRANT SELECT, DELETE ON public.audience_members TO batchbus_api;
GRANT SELECT ON public.batch_processing_pages, public.batch_processing_progress TO batchbus_api;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['whop_connections', 'audiences', 'audience_members', 'batch_processing_queue', 'batch_processing_pages',
      'batch_processing_progress', 'batch_processing_workers', 'batch_processing_stats', 'inbox', 'outbox'] LOOP
    EXECUTE format('CREATE POLICY api ON public.%I TO batchbus_api USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;

-- Ingest: members, ledger, progress. It locks the job row (FOR SHARE), for which PostgreSQL wants the right to update a column;
-- the policy lets the lock through and no changed row.
GRANT SELECT (id, audience_id, status), UPDATE (id) ON public.batch_processing_queue TO batchbus_ingest;
CREATE POLICY ingest_reads ON public.batch_processing_queue FOR SELECT TO batchbus_ingest USING (true);
CREATE POLICY ingest_locks ON public.batch_processing_queue FOR UPDATE TO batchbus_ingest USING (true) WITH CHECK (false);
GRANT SELECT, INSERT ON public.audience_members, public.batch_processing_pages TO batchbus_ingest;
GRANT SELECT, INSERT, UPDATE ON public.batch_processing_progress TO batchbus_ingest;
CREATE POLICY ingest ON public.audience_members TO batchbus_ingest USING (true) WITH CHECK (true);
CREATE POLICY ingest ON public.batch_processing_pages TO batchbus_ingest USING (true) WITH CHECK (true);
CREATE POLICY ingest ON public.batch_processing_progress TO batchbus_ingest USING (true) WITH CHECK (true);

-- Wakes admission: a job is waiting, or a running one has made room.
CREATE FUNCTION public.batchbus_wake_admission() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  IF NEW.status = 'pending' OR TG_OP = 'UPDATE' THEN PERFORM pg_catalog.pg_notify('batchbus_admission', ''); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER wake_admission_on_insert AFTER INSERT ON public.batch_processing_queue
  FOR EACH ROW EXECUTE FUNCTION public.batchbus_wake_admission();
CREATE TRIGGER wake_admission_on_status AFTER UPDATE OF status ON public.batch_processing_queue
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION public.batchbus_wake_admission();

-- Supabase Realtime shows jobs and their progress live, where its publication exists.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime') THEN
    ALTER PUBLICATION supabase_realtime ADD TABLE public.batch_processing_queue, public.batch_processing_progress;
  END IF;
END $$;
