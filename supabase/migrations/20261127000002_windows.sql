-- BatchBus, the windows of a job: parts of a company by the time when its members were created, each read with a cursor of its own, because one
-- cursor is too slow for the key's limit where Whop takes long to answer. Most jobs have none; the cursor in their row is all there is.

CREATE TABLE public.batch_processing_windows (
  job_id       uuid NOT NULL REFERENCES public.batch_processing_queue (id) ON DELETE CASCADE,
  -- its pages have the numbers from number * 1000000 + 1 on
  number       integer NOT NULL CHECK (number BETWEEN 0 AND 1999),
  created_from timestamptz,
  created_to   timestamptz,
  start_cursor text,
  cursor       text,
  pages        integer NOT NULL DEFAULT 0 CHECK (pages BETWEEN 0 AND 1000000),
  -- after so many pages its rest became other windows; pages beyond them are no longer the window's
  ends_after   integer CHECK (ends_after >= pages),
  -- when the last member on the last of them was created
  ends_at      timestamptz,
  is_done      boolean NOT NULL DEFAULT false,
  reached      timestamptz,
  pages_left   double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (job_id, number)
) WITH (fillfactor = 70); -- rewritten with every slice of its job: room for HOT updates
COMMENT ON TABLE public.batch_processing_windows IS 'Writer: the saga in Api. Parts of a company that one job reads side by side, and how far each is.';
ALTER TABLE public.batch_processing_windows ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.batch_processing_windows FORCE ROW LEVEL SECURITY;
REVOKE ALL ON public.batch_processing_windows FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT ON public.batch_processing_windows TO authenticated, service_role;
CREATE POLICY owner_reads ON public.batch_processing_windows FOR SELECT TO authenticated
  USING (job_id IN (SELECT q.id FROM public.batch_processing_queue q WHERE q.owner_id = (SELECT auth.uid())));
CREATE POLICY operations_read ON public.batch_processing_windows FOR SELECT TO service_role USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON public.batch_processing_windows TO batchbus_api;
CREATE POLICY api ON public.batch_processing_windows TO batchbus_api USING (true) WITH CHECK (true);
-- Ingest looks whether a late page is still its window's.
GRANT SELECT (job_id, number, ends_after) ON public.batch_processing_windows TO batchbus_ingest;
CREATE POLICY ingest ON public.batch_processing_windows FOR SELECT TO batchbus_ingest USING (true);

-- 0 while the cursor in the row is all there is
ALTER TABLE public.batch_processing_queue ADD COLUMN windows integer NOT NULL DEFAULT 0 CHECK (windows >= 0);
GRANT SELECT (windows) ON public.batch_processing_queue TO batchbus_ingest;

-- when the last member up to the page's end was created, so that a window which goes back to it knows where it stands
ALTER TABLE public.batch_processing_pages ADD COLUMN reached timestamptz;
