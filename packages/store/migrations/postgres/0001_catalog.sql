CREATE TABLE tenants (
  id text PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE projects (
  id text PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenants (id),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX projects_of_tenant ON projects (tenant_id);

-- A key's text is shown once and never stored: the digest finds it, the prefix lets people tell
-- their keys apart. Keys are long and random, so that a plain digest cannot be searched.
CREATE TABLE api_keys (
  digest text PRIMARY KEY,
  prefix text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('write', 'secret')),
  project_id text NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX api_keys_of_project ON api_keys (project_id);
