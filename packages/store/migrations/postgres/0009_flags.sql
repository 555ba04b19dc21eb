-- Flags, experiments, segments and groups of a project. Its row is the lock of every change: what is published is made of
-- all of them together.
CREATE TABLE flag_sets (
  project_id text PRIMARY KEY REFERENCES projects (id),
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Beside production, which every project has.
CREATE TABLE flag_environments (
  project_id text NOT NULL REFERENCES flag_sets (project_id),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, name)
);

-- Versions are never changed and never deleted: what somebody saw long ago can be explained.
-- json and not jsonb: the order of an object's keys counts where a condition compares it whole.
CREATE TABLE flag_definition_versions (
  project_id text NOT NULL REFERENCES flag_sets (project_id),
  kind text NOT NULL CHECK (kind IN ('flag', 'experiment', 'segment', 'group')),
  key text NOT NULL,
  version integer NOT NULL,
  definition json NOT NULL,
  changed_by text NOT NULL,
  comment text,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, kind, key, version)
);

CREATE TABLE flag_definitions (
  project_id text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  version integer NOT NULL,
  archived_at timestamptz,
  archived_by text,
  PRIMARY KEY (project_id, kind, key),
  FOREIGN KEY (project_id, kind, key, version)
    REFERENCES flag_definition_versions (project_id, kind, key, version)
);

-- What clients evaluate. The revision rises where the document differs from the one before, and with nothing else.
CREATE TABLE flag_publications (
  project_id text NOT NULL REFERENCES flag_sets (project_id),
  environment text NOT NULL,
  revision integer NOT NULL,
  document json NOT NULL,
  -- Of all that clients decide by, so that the next one can be held against it unread.
  digest text NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, environment)
);

-- Who belongs to the segments that are computed from events (`did`). Nothing fills it yet.
CREATE TABLE segment_members (
  project_id text NOT NULL,
  segment text NOT NULL,
  user_id uuid NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, user_id, segment),
  FOREIGN KEY (project_id, user_id) REFERENCES users (project_id, user_id) ON DELETE CASCADE
);

-- Which environment's flags a key gets, and whether it gets the rules or only what they come to.
ALTER TABLE api_keys ADD COLUMN environment text NOT NULL DEFAULT 'production';
ALTER TABLE api_keys ADD COLUMN flags_mode text NOT NULL DEFAULT 'rules'
  CHECK (flags_mode IN ('rules', 'values'));
