-- BatchBus, the states that a job was in and since when. The job's row has the first start and the last end only.

CREATE TABLE public.batch_processing_history (
  job_id uuid NOT NULL REFERENCES public.batch_processing_queue (id) ON DELETE CASCADE,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  status text NOT NULL,
  PRIMARY KEY (job_id, at)
);
COMMENT ON TABLE public.batch_processing_history IS 'Writer: a trigger, with each change of a job''s status. The first state is the row''s own: pending, since created_at.';
ALTER TABLE public.batch_processing_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.batch_processing_history FORCE ROW LEVEL SECURITY;
REVOKE ALL ON public.batch_processing_history FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT ON public.batch_processing_history TO authenticated, service_role;
CREATE POLICY owner_reads ON public.batch_processing_history FOR SELECT TO authenticated
  USING (job_id IN (SELECT q.id FROM public.batch_processing_queue q WHERE q.owner_id = (SELECT auth.uid())));
CREATE POLICY operations_read ON public.batch_processing_history FOR SELECT TO service_role USING (true);
GRANT SELECT, INSERT ON public.batch_processing_history TO batchbus_api;
CREATE POLICY api ON public.batch_processing_history TO batchbus_api USING (true) WITH CHECK (true);

-- With the rights of whoever changes the status, which is the saga. Two changes within a microsecond are one.
CREATE FUNCTION public.batchbus_keep_history() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO public.batch_processing_history (job_id, status) VALUES (NEW.id, NEW.status) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.batchbus_keep_history() FROM PUBLIC, anon, authenticated, service_role;
CREATE TRIGGER keep_history AFTER UPDATE OF status ON public.batch_processing_queue
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION public.batchbus_keep_history();
