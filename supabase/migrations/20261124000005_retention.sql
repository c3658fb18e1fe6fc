-- BatchBus, what may be deleted when it has grown old (services/Api/Retention).

GRANT DELETE ON public.batch_processing_pages, public.batch_processing_workers, public.batch_processing_stats TO batchbus_api;
COMMENT ON TABLE public.batch_processing_pages IS 'Writer: Ingest; Api deletes the pages of jobs that ended long ago. The ledger: a page that is here is stored and counted. next_cursor is where a job can go on after it.';

-- retention looks for jobs that ended long ago, the oldest first
CREATE INDEX batch_processing_queue_ended ON public.batch_processing_queue (completed_at) WHERE status IN ('completed', 'failed', 'cancelled');
