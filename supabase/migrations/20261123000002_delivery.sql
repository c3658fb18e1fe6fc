-- BatchBus, the tables of the message delivery (libs/MassTransit.Postgres).

CREATE TABLE public.inbox (
  message_id  uuid NOT NULL,
  consumer_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (message_id, consumer_id)
);
-- pruning deletes the oldest
CREATE INDEX inbox_received_at ON public.inbox (received_at);
COMMENT ON TABLE public.inbox IS 'Writer: Api. Messages that were handled, so that a second delivery of one does nothing.';

CREATE TABLE public.outbox (
  sequence_number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id          uuid NOT NULL,
  content_type        text NOT NULL,
  message_type        text NOT NULL,
  clr_type            text NOT NULL,
  body                text NOT NULL,
  headers             text,
  properties          text,
  request_id          uuid,
  correlation_id      uuid,
  conversation_id     uuid,
  initiator_id        uuid,
  expiration_time     timestamptz,
  source_address      text,
  destination_address text,
  response_address    text,
  fault_address       text,
  sent_time           timestamptz NOT NULL,
  attempts            integer NOT NULL DEFAULT 0,
  next_attempt_at     timestamptz NOT NULL DEFAULT now(),
  last_error          text,
  parked_at           timestamptz
);
-- the delivery reads what is due, in the order of commits; parked rows wait for a human and are out of its way
CREATE INDEX outbox_due ON public.outbox (sequence_number) INCLUDE (next_attempt_at) WHERE parked_at IS NULL;
COMMENT ON TABLE public.outbox IS 'Writer: Api. Messages that are committed but not yet confirmed by the broker.';
