-- How many days a project keeps what it was told; NULL, as no row at all, is for ever. Whoever deletes what is older has the project
-- until due_at, and so does nobody else.
CREATE TABLE retention (
  project_id text PRIMARY KEY REFERENCES projects (id),
  events_days integer CHECK (events_days > 0),
  due_at timestamptz NOT NULL DEFAULT now(),
  swept_at timestamptz,
  -- How many rows went that time, by table.
  deleted jsonb
);
CREATE INDEX retention_due ON retention (due_at) WHERE events_days IS NOT NULL;
