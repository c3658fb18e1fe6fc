-- BatchBus: a job reads the company of its audience, and outlasts half an hour without Whop.

-- A refresh of all marks who is not in the company any more: of an audience with members of two companies it would mark those of the other one.
-- Audiences first, as who creates a list or deletes an audience does: the services may be running.
ALTER TABLE public.audiences ADD CONSTRAINT audiences_of_a_connection UNIQUE (owner_id, id, connection_id);
ALTER TABLE public.batch_processing_queue ADD CONSTRAINT a_job_reads_its_audiences_company
  FOREIGN KEY (owner_id, audience_id, connection_id) REFERENCES public.audiences (owner_id, id, connection_id) ON DELETE CASCADE
  NOT VALID; -- old jobs stay as they are

-- 2, 4, 8, … 256 s and then 5 minutes each: 28 minutes in all, as long as a message waits for a server. Eight were 8 minutes.
ALTER TABLE public.batch_processing_queue ALTER COLUMN max_retries SET DEFAULT 12;
