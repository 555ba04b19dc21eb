-- What events add to a person's numbers, each event once: a sum is the same in any order, and a repeat adds nothing.
-- numeric, because sums of binary fractions differ with their order.
CREATE TABLE trait_increments (
  project_id text NOT NULL,
  user_id uuid NOT NULL,
  event_id text NOT NULL,
  key text NOT NULL,
  by numeric NOT NULL,
  -- Epoch milliseconds.
  at float8 NOT NULL,
  PRIMARY KEY (project_id, user_id, event_id, key),
  FOREIGN KEY (project_id, user_id) REFERENCES users (project_id, user_id) ON DELETE CASCADE
);

-- What people belong to, as `$group` tells of it. Traits are kept as those of people are.
CREATE TABLE groups (
  project_id text NOT NULL,
  group_type text NOT NULL,
  group_key text NOT NULL,
  tenant_id text NOT NULL,
  traits jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL,
  PRIMARY KEY (project_id, group_type, group_key)
);
