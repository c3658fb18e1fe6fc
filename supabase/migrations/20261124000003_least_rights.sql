-- BatchBus, rights that turned out to be needless.

-- Api acts as a user (authenticated) or as the operator (service_role), never as anon.
REVOKE anon FROM batchbus_api;

-- It runs through its triggers, which need no right to it; and rows of the outbox are numbered by their table alone. Supabase's default
-- privileges had given both to its three roles.
REVOKE ALL ON FUNCTION public.batchbus_wake_admission() FROM PUBLIC, anon, authenticated, service_role;
REVOKE ALL ON SEQUENCE public.outbox_sequence_number_seq FROM PUBLIC, anon, authenticated, service_role;
