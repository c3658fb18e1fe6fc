-- BatchBus, what an audience keeps of its jobs when retention deletes them.

ALTER TABLE public.audiences
  -- members inserted by jobs that are deleted by now; what the others have inserted stands in their progress
  ADD COLUMN earlier_members bigint NOT NULL DEFAULT 0 CHECK (earlier_members >= 0);
