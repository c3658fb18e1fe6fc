-- BatchBus, the trace of a job: it begins with the request that asks for the job, and goes on when admission starts the job, much later and in
-- another process.

ALTER TABLE public.batch_processing_queue
  -- W3C trace context; its second part is the trace's id. Null for a job that is not traced, or not yet.
  ADD COLUMN traceparent text CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');
