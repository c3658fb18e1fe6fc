-- BatchBus, what the saga keeps so that no job stands still, and so that no two slices use one key at once.

ALTER TABLE public.batch_processing_queue
  -- when the watchdog looks at a running job, unless it has moved before
  ADD COLUMN stalls_at timestamptz,
  -- drives in a row that have brought no page; the patience doubles with each
  ADD COLUMN drives integer NOT NULL DEFAULT 0 CHECK (drives >= 0),
  -- a job that left the running ones while a slice was under way: until when that slice may use the connection's key
  ADD COLUMN connection_busy_until timestamptz,
  -- levels that the job had risen by waiting when it started; it keeps them on the broker
  ADD COLUMN risen_by smallint NOT NULL DEFAULT 0 CHECK (risen_by BETWEEN 0 AND 3);

-- a start looks at the other jobs of its connection: whose slice is under way, and when the key may be used again. No column that changes with
-- every slice is in it, for that would cost the HOT updates.
CREATE INDEX batch_processing_queue_by_connection ON public.batch_processing_queue (connection_id);
-- admission looks for the connections that are still in use
CREATE INDEX batch_processing_queue_busy ON public.batch_processing_queue (connection_id) WHERE connection_busy_until IS NOT NULL;

-- A connection that has become free makes room, too.
CREATE TRIGGER wake_admission_on_free AFTER UPDATE OF connection_busy_until ON public.batch_processing_queue
  FOR EACH ROW WHEN (OLD.connection_busy_until IS NOT NULL AND NEW.connection_busy_until IS NULL)
  EXECUTE FUNCTION public.batchbus_wake_admission();

-- A process that is frozen in the middle of a transaction would hold its locks until it wakes, and the saga could not move the job meanwhile.
ALTER ROLE batchbus_ingest SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE batchbus_api SET idle_in_transaction_session_timeout = '60s';

-- A job whose e-mails were withheld starts over when it is retried: its ledger and totals are void.
GRANT DELETE ON public.batch_processing_pages, public.batch_processing_progress TO batchbus_api;
