-- What a project says about personal data in its events. Where it says nothing the defaults count, which are in code.
CREATE TABLE privacy_rules (
  project_id text PRIMARY KEY REFERENCES projects (id),
  rules jsonb NOT NULL
);

-- The key of a tenant's hashes. Made here, when it is first needed, of more than 256 random bits, so that it is in no
-- statement that a server might log. Deleting a row makes the tenant's hashes unknowable for good.
-- No reference to tenants: it is asked for by the processor, at the pace of events.
CREATE TABLE privacy_secrets (
  tenant_id text PRIMARY KEY,
  secret text NOT NULL DEFAULT encode(sha256(convert_to(
    gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex'),
  created_at timestamptz NOT NULL DEFAULT now()
);
