-- BatchBus, who wakes admission. A transaction that has notified holds a lock of the whole database while it commits, so commits that all notify
-- happen one after the other: at 200 new jobs a second that was what they waited for. A batch list that Api accepts wakes the admission of that
-- replica directly; PostgreSQL tells of what no Api has seen, rows inserted with SQL (which have no request_hash), and of slots that become free.

CREATE OR REPLACE FUNCTION public.batchbus_wake_admission() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('batchbus_admission', '');
  RETURN NULL;
END $$;

DROP TRIGGER wake_admission_on_insert ON public.batch_processing_queue;
CREATE TRIGGER wake_admission_on_insert AFTER INSERT ON public.batch_processing_queue
  FOR EACH ROW WHEN (NEW.status = 'pending' AND NEW.request_hash IS NULL) EXECUTE FUNCTION public.batchbus_wake_admission();

-- A job that starts or ends while it waits makes no room.
DROP TRIGGER wake_admission_on_status ON public.batch_processing_queue;
CREATE TRIGGER wake_admission_on_status AFTER UPDATE OF status ON public.batch_processing_queue
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status AND (OLD.status = 'processing' OR NEW.status = 'pending'))
  EXECUTE FUNCTION public.batchbus_wake_admission();
