-- The last person number given out in each project. Its row is the lock that makes numbers dense.
CREATE TABLE person_counters (
  project_id text PRIMARY KEY,
  last_person integer NOT NULL
);

-- No reference to projects: people are written by the processor, at the pace of events.
CREATE TABLE users (
  project_id text NOT NULL,
  user_id uuid NOT NULL,
  tenant_id text NOT NULL,
  person integer NOT NULL,
  distinct_id text NOT NULL,
  is_identified boolean NOT NULL,
  -- { key: { "value", "at", "event_id", "once" } }: each trait with the event that set it, so that
  -- updates give the same result in any order.
  traits jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  PRIMARY KEY (project_id, user_id),
  UNIQUE (project_id, person)
);
