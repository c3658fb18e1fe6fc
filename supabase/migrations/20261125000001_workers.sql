-- BatchBus, the workers. last_heartbeat is when Api heard of a worker, by the database's clock; sent_at is the worker's own, and puts its heartbeats in order.

ALTER TABLE public.batch_processing_workers
  ADD COLUMN sent_at       timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN processor_use double precision;
COMMENT ON COLUMN public.batch_processing_workers.processor_use IS 'Cores used between the last two heartbeats; null before the second.';
COMMENT ON TABLE public.batch_processing_workers IS
  'Writer: Api. One row per worker process, from its heartbeats: active, stale when it has not been heard of for Workers__StaleAfter, stopped after a clean end.';
