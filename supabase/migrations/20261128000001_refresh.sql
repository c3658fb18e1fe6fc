-- BatchBus, refresh: an audience is read again, all of it or only who is new.

ALTER TABLE public.audiences
  -- when the latest of the jobs that ended well and are deleted by now began to read; of the others it stands in their rows
  ADD COLUMN earlier_read_at timestamptz;

ALTER TABLE public.batch_processing_queue
  -- create: members are added. refresh_new: who was created since read_from is added or brought up to date. refresh_all: everyone is, and who is not
  -- found any more is marked.
  ADD COLUMN kind text NOT NULL DEFAULT 'create' CHECK (kind IN ('create', 'refresh_new', 'refresh_all')),
  -- members created before this time are not read; null from the company's first on
  ADD COLUMN read_from timestamptz,
  ADD COLUMN changed bigint NOT NULL DEFAULT 0,
  -- members whom a refresh of all did not find any more
  ADD COLUMN missing bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT only_new_members_are_read_from_a_time CHECK (read_from IS NULL OR kind = 'refresh_new'),
  ADD CONSTRAINT changed_members_were_there CHECK (changed <= duplicates);
GRANT SELECT (kind, started_at) ON public.batch_processing_queue TO batchbus_ingest;

ALTER TABLE public.batch_processing_progress
  ADD COLUMN changed bigint NOT NULL DEFAULT 0,
  ADD CONSTRAINT changed_members_were_there CHECK (changed <= duplicates);

ALTER TABLE public.audience_members
  -- when the latest refresh that saw the address, or missed it, had started; null while none has
  ADD COLUMN seen_at timestamptz,
  -- when a refresh changed something of the member
  ADD COLUMN changed_at timestamptz,
  -- when a refresh of all did not find the address any more; null while it is there
  ADD COLUMN missing_since timestamptz;
COMMENT ON TABLE public.audience_members IS 'Writer: Ingest; Api marks who is missing, and deletes. Every member of an audience once, by normalised e-mail.';
GRANT UPDATE ON public.audience_members TO batchbus_ingest;
GRANT UPDATE (seen_at, missing_since) ON public.audience_members TO batchbus_api;
