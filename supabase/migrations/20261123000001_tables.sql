-- BatchBus, the tables. Plain SQL: `batchbus migrate` and `supabase db push` both apply it, on Supabase and on plain PostgreSQL.
-- One writer per table; the comment on each table names it.

-- Supabase has the schema auth and auth.uid(); elsewhere they are made, with the same meaning: the `sub` of the request's JWT.
DO $$
BEGIN
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
      AS $f$ SELECT nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid $f$;
  END IF;
END $$;

CREATE TABLE public.whop_connections (
  id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id           uuid NOT NULL DEFAULT auth.uid(),
  company_id         text NOT NULL CHECK (company_id ~ '^biz_[A-Za-z0-9_]{1,100}$'),
  label              text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
  api_key_ciphertext text,
  key_fingerprint    text NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  deleted_at         timestamptz,
  CHECK ((deleted_at IS NULL) = (api_key_ciphertext IS NOT NULL)),
  -- target of the jobs' and audiences' foreign keys, which so cannot name somebody else's connection
  UNIQUE (owner_id, id)
);
-- the same key once per owner
CREATE UNIQUE INDEX whop_connections_one_per_key ON public.whop_connections (owner_id, key_fingerprint) WHERE deleted_at IS NULL;
COMMENT ON TABLE public.whop_connections IS 'Writer: Api. A company on Whop and the key that reads it, encrypted (AES-256-GCM). A deleted connection keeps its row and loses its key.';

CREATE TABLE public.audiences (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id      uuid NOT NULL DEFAULT auth.uid(),
  connection_id uuid NOT NULL,
  name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at    timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (owner_id, connection_id) REFERENCES public.whop_connections (owner_id, id),
  UNIQUE (owner_id, id)
);
-- an owner's list, newest first
CREATE INDEX audiences_by_owner ON public.audiences (owner_id, created_at DESC, id);
COMMENT ON TABLE public.audiences IS 'Writer: Api (or the owner, through SQL). What the members are collected in.';

-- No foreign key to audiences: a check per row would cost as much as the row, and a distributed table (Citus, by audience_id) could not
-- have it. Ingest holds a lock on the job row instead, which has that key. E-mails compare by bytes: faster, and the same everywhere.
CREATE TABLE public.audience_members (
  audience_id    uuid NOT NULL,
  email          text COLLATE "C" NOT NULL CHECK (octet_length(email) <= 1016),
  whop_member_id text NOT NULL,
  whop_user_id   text,
  name           text,
  username       text,
  status         text,
  access_level   text,
  joined_at      timestamptz,
  added_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (audience_id, email)
);
COMMENT ON TABLE public.audience_members IS 'Writer: Ingest. Every member of an audience once, by normalised e-mail.';

CREATE TABLE public.batch_processing_queue (
  id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id          uuid NOT NULL DEFAULT auth.uid(),
  audience_id       uuid NOT NULL,
  connection_id     uuid NOT NULL,
  status            text NOT NULL DEFAULT 'pending'
                    CHECK (status IN ('pending', 'processing', 'paused', 'completed', 'failed', 'cancelled')),
  priority          text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high', 'vip')),
  priority_level    smallint NOT NULL GENERATED ALWAYS AS
                    (CASE priority WHEN 'low' THEN 0 WHEN 'normal' THEN 1 WHEN 'high' THEN 2 ELSE 3 END) STORED,
  idempotency_key   text CHECK (length(idempotency_key) BETWEEN 1 AND 200),
  request_hash      text,

  -- where the reading stands
  cursor            text,
  pages_fetched     integer NOT NULL DEFAULT 0 CHECK (pages_fetched >= 0),
  fetched_all       boolean NOT NULL DEFAULT false,
  slice             integer NOT NULL DEFAULT 0 CHECK (slice >= 0),
  slice_sent_at     timestamptz,
  next_request_at   timestamptz,
  expected_members  integer,
  api_calls         bigint NOT NULL DEFAULT 0,
  rate_limited      bigint NOT NULL DEFAULT 0,

  -- what Ingest reported last; batch_processing_progress is fresher
  pages_ingested    integer NOT NULL DEFAULT 0 CHECK (pages_ingested >= 0),
  members_fetched   bigint NOT NULL DEFAULT 0,
  inserted          bigint NOT NULL DEFAULT 0,
  duplicates        bigint NOT NULL DEFAULT 0,
  invalid           bigint NOT NULL DEFAULT 0,
  without_email     bigint NOT NULL DEFAULT 0,

  attempt           integer NOT NULL DEFAULT 1 CHECK (attempt >= 1),
  retries           integer NOT NULL DEFAULT 0 CHECK (retries >= 0),
  max_retries       integer NOT NULL DEFAULT 8 CHECK (max_retries BETWEEN 0 AND 1000),
  resume_at         timestamptz,
  error_code        text,
  error_message     text,

  created_at        timestamptz NOT NULL DEFAULT now(),
  started_at        timestamptz,
  completed_at      timestamptz,
  updated_at        timestamptz NOT NULL DEFAULT now(),

  CONSTRAINT every_member_accounted_for CHECK (members_fetched = inserted + duplicates + invalid + without_email),
  CONSTRAINT a_failed_job_says_why CHECK (status <> 'failed' OR (error_code IS NOT NULL AND error_message IS NOT NULL)),
  CONSTRAINT an_ended_job_has_a_time CHECK (status NOT IN ('completed', 'failed', 'cancelled') OR completed_at IS NOT NULL),
  FOREIGN KEY (owner_id, audience_id) REFERENCES public.audiences (owner_id, id) ON DELETE CASCADE,
  FOREIGN KEY (owner_id, connection_id) REFERENCES public.whop_connections (owner_id, id)
) WITH (fillfactor = 70); -- rewritten some times a second while its job runs: room for HOT updates
-- admission reads the pending ones in this order
CREATE INDEX batch_processing_queue_pending ON public.batch_processing_queue (priority_level DESC, created_at, id) WHERE status = 'pending';
-- admission looks for running jobs whose wait is over; also holds one running job per connection, which share that key's rate limit
CREATE UNIQUE INDEX batch_processing_queue_one_running_per_connection ON public.batch_processing_queue (connection_id) WHERE status = 'processing';
-- one active job per audience
CREATE UNIQUE INDEX batch_processing_queue_one_active_per_audience ON public.batch_processing_queue (audience_id)
  WHERE status IN ('pending', 'processing', 'paused');
-- an owner's list, newest first, by keyset
CREATE INDEX batch_processing_queue_by_owner ON public.batch_processing_queue (owner_id, created_at DESC, id DESC);
-- the whole list, newest first (operations)
CREATE INDEX batch_processing_queue_by_age ON public.batch_processing_queue (created_at DESC, id DESC);
-- the foreign key from audiences, for their deletion
CREATE INDEX batch_processing_queue_by_audience ON public.batch_processing_queue (audience_id);
-- the same request once per owner
CREATE UNIQUE INDEX batch_processing_queue_idempotency ON public.batch_processing_queue (owner_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
COMMENT ON TABLE public.batch_processing_queue IS 'Writer: the saga in Api; Api or the owner inserts the row. One row per job; it is the saga''s instance.';

CREATE TABLE public.batch_processing_pages (
  job_id      uuid NOT NULL REFERENCES public.batch_processing_queue (id) ON DELETE CASCADE,
  page_number integer NOT NULL CHECK (page_number >= 1),
  members     integer NOT NULL CHECK (members >= 0),
  is_last     boolean NOT NULL,
  next_cursor text,
  ingested_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, page_number)
);
COMMENT ON TABLE public.batch_processing_pages IS 'Writer: Ingest. The ledger: a page that is here is stored and counted. next_cursor is where a job can go on after it.';

CREATE TABLE public.batch_processing_progress (
  job_id          uuid PRIMARY KEY REFERENCES public.batch_processing_queue (id) ON DELETE CASCADE,
  pages_ingested  integer NOT NULL DEFAULT 0,
  members_fetched bigint NOT NULL DEFAULT 0,
  inserted        bigint NOT NULL DEFAULT 0,
  duplicates      bigint NOT NULL DEFAULT 0,
  invalid         bigint NOT NULL DEFAULT 0,
  without_email   bigint NOT NULL DEFAULT 0,
  last_page       integer,
  updated_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT every_member_accounted_for CHECK (members_fetched = inserted + duplicates + invalid + without_email)
) WITH (fillfactor = 50); -- rewritten with every batch: room for HOT updates
COMMENT ON TABLE public.batch_processing_progress IS 'Writer: Ingest. The totals of a job since it began.';

CREATE TABLE public.batch_processing_workers (
  id               uuid PRIMARY KEY,
  service          text NOT NULL,
  host             text NOT NULL,
  version          text NOT NULL,
  status           text NOT NULL CHECK (status IN ('active', 'stale', 'stopped')),
  started_at       timestamptz NOT NULL,
  last_heartbeat   timestamptz NOT NULL,
  slots            integer NOT NULL,
  in_flight        integer NOT NULL,
  processed        bigint NOT NULL,
  failed           bigint NOT NULL,
  memory_bytes     bigint NOT NULL,
  processor_time   interval NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE public.batch_processing_workers IS 'Writer: Api. One row per worker process, from its heartbeats.';

CREATE TABLE public.batch_processing_stats (
  date                date PRIMARY KEY,
  jobs_created        bigint NOT NULL DEFAULT 0,
  jobs_completed      bigint NOT NULL DEFAULT 0,
  jobs_failed         bigint NOT NULL DEFAULT 0,
  jobs_cancelled      bigint NOT NULL DEFAULT 0,
  members_fetched     bigint NOT NULL DEFAULT 0,
  members_inserted    bigint NOT NULL DEFAULT 0,
  members_duplicates  bigint NOT NULL DEFAULT 0,
  members_invalid     bigint NOT NULL DEFAULT 0,
  members_without_email bigint NOT NULL DEFAULT 0,
  api_calls           bigint NOT NULL DEFAULT 0,
  rate_limited        bigint NOT NULL DEFAULT 0,
  job_seconds         double precision NOT NULL DEFAULT 0,
  updated_at          timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE public.batch_processing_stats IS 'Writer: the saga in Api. One row per UTC date.';
