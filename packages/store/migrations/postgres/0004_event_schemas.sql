-- A project's tracking plan. Its row is the lock of every change; the revision tells readers that there was one.
CREATE TABLE tracking_plans (
  project_id text PRIMARY KEY REFERENCES projects (id),
  revision integer NOT NULL,
  unplanned text NOT NULL DEFAULT 'allow' CHECK (unplanned IN ('allow', 'warn', 'block'))
);

-- Versions are never changed and never deleted: an event stored long ago can be held against its own.
CREATE TABLE event_schemas (
  project_id text NOT NULL REFERENCES tracking_plans (project_id),
  event_name text NOT NULL,
  version integer NOT NULL,
  schema jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, event_name, version)
);

CREATE TABLE planned_events (
  project_id text NOT NULL,
  event_name text NOT NULL,
  version integer NOT NULL,
  mode text NOT NULL CHECK (mode IN ('off', 'warn', 'enforce')),
  PRIMARY KEY (project_id, event_name),
  FOREIGN KEY (project_id, event_name, version) REFERENCES event_schemas (project_id, event_name, version)
);
