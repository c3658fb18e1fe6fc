-- BatchBus, what audiences and their streams of events need.

-- An audience goes in one moment, its members, who may be millions, after it in small steps. This is the list of what is left to do; a step
-- that a crash cut short is done by whoever looks next.
CREATE TABLE public.audience_deletions (
  audience_id  uuid PRIMARY KEY,
  requested_at timestamptz NOT NULL DEFAULT now(),
  -- members up to here are gone; without it each step would wade through the dead index entries of all steps before
  deleted_to   text COLLATE "C" NOT NULL DEFAULT ''
) WITH (fillfactor = 50); -- rewritten with every step
COMMENT ON TABLE public.audience_deletions IS 'Writer: Api. Audiences that are gone and whose members are being deleted.';
ALTER TABLE public.audience_deletions ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audience_deletions FORCE ROW LEVEL SECURITY;
REVOKE ALL ON public.audience_deletions FROM PUBLIC, anon, authenticated, service_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.audience_deletions TO batchbus_api;
CREATE POLICY api ON public.audience_deletions TO batchbus_api USING (true) WITH CHECK (true);
GRANT SELECT ON public.audience_deletions TO service_role;
CREATE POLICY operations_read ON public.audience_deletions FOR SELECT TO service_role USING (true);

-- Whoever deletes an audience, its members are on the list in the same transaction.
CREATE FUNCTION public.batchbus_delete_members() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  INSERT INTO public.audience_deletions (audience_id) VALUES (OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER delete_members AFTER DELETE ON public.audiences FOR EACH ROW EXECUTE FUNCTION public.batchbus_delete_members();

-- the whole list of audiences, newest first (operations)
CREATE INDEX audiences_by_age ON public.audiences (created_at DESC, id DESC);

-- The streams of events ask these two once a tick, for all owners that listen: which jobs are active, and which have ended just now. Both change
-- only with a job's status, so that its frequent updates stay HOT.
CREATE INDEX batch_processing_queue_active_by_owner ON public.batch_processing_queue (owner_id)
  WHERE status IN ('pending', 'processing', 'paused');
CREATE INDEX batch_processing_queue_ended_by_owner ON public.batch_processing_queue (owner_id, completed_at)
  WHERE completed_at IS NOT NULL;

-- An id may be chosen by who inserts. That of an audience whose members are still being deleted is refused: a new owner would see them.
-- After the insert, because only then has it waited for a deletion that is not yet committed. With the rights of the migration's role, because
-- owners do not see the list.
CREATE POLICY refusal_reads ON public.audience_deletions FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION public.batchbus_refuse_deleted_audience() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  IF EXISTS (SELECT FROM public.audience_deletions d WHERE d.audience_id = NEW.id) THEN
    RAISE EXCEPTION 'The audience % is being deleted; take another id.', NEW.id USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION public.batchbus_delete_members(), public.batchbus_refuse_deleted_audience() FROM PUBLIC, anon, authenticated, service_role;
CREATE TRIGGER refuse_deleted_audience AFTER INSERT ON public.audiences FOR EACH ROW EXECUTE FUNCTION public.batchbus_refuse_deleted_audience();
