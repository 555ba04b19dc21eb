-- Who asked for what about a person, when, and what came of it. Once a request is finished it names the person by the
-- canonical id alone: the ids as they were asked for are forgotten with the rest.
CREATE TABLE privacy_requests (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id text NOT NULL,
  project_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('export', 'erasure')),
  user_ids uuid[] NOT NULL,
  subject jsonb,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now() + interval '30 days',
  finished_at timestamptz,
  -- Whoever works on it has it until then.
  leased_until timestamptz,
  -- Deleted once already. What was under way in other processes then may have been stored since, and is deleted by the second time.
  swept_at timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  report jsonb
);
CREATE INDEX privacy_requests_of_project ON privacy_requests (project_id, requested_at DESC);
CREATE INDEX privacy_requests_open ON privacy_requests (requested_at) WHERE finished_at IS NULL;

-- People who were forgotten: what they did before is not stored again, however late it comes.
CREATE TABLE erased_people (
  project_id text NOT NULL,
  user_id uuid NOT NULL,
  erased_at timestamptz NOT NULL,
  PRIMARY KEY (project_id, user_id)
);
CREATE INDEX erased_people_lately ON erased_people (erased_at);
