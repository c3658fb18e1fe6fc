-- BatchBus, the figures of a day. They are a recount of the jobs, not a sum of events: what comes twice or is lost on the way cannot bend them.

ALTER TABLE public.batch_processing_stats
  ADD COLUMN job_seconds_p95     double precision NOT NULL DEFAULT 0,
  ADD COLUMN job_seconds_max     double precision NOT NULL DEFAULT 0,
  ADD COLUMN queue_wait_seconds  double precision NOT NULL DEFAULT 0;
COMMENT ON TABLE public.batch_processing_stats IS
  'Writer: Api. One row per UTC date: jobs created on it, and the jobs that ended on it with their members, calls and times. job_seconds is the sum of the completed jobs'' times.';
