-- BatchBus, what admission is told when it is woken: the priority of the job that waits, if it is one. For a vip job it does not finish its rest.

CREATE OR REPLACE FUNCTION public.batchbus_wake_admission() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('batchbus_admission', CASE WHEN NEW.status = 'pending' THEN NEW.priority ELSE '' END);
  RETURN NULL;
END $$;
