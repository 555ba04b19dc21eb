-- Whom a row of segment_members stands for: an id of a person, by its number, and the person behind it. A device has the rows of
-- whoever it turned out to be, so that it is looked up without asking who that is.
ALTER TABLE segment_members ADD COLUMN person integer NOT NULL;
ALTER TABLE segment_members ADD COLUMN belongs_to integer NOT NULL;
-- By what members are compared with what was computed anew, a page at a time.
CREATE UNIQUE INDEX segment_members_by_number ON segment_members (project_id, segment, person);

-- What is known of each computation: whoever finds the same basis, and nothing that came since, leaves it as it is.
CREATE TABLE segment_states (
  project_id text NOT NULL REFERENCES flag_sets (project_id),
  segment text NOT NULL,
  -- The definition's version, the hour and the links that it was computed from.
  basis text NOT NULL DEFAULT '',
  -- When events were read last, by the processor's clock; and when of what was read then members were made.
  read_at timestamptz,
  computed_at timestamptz,
  members integer NOT NULL DEFAULT 0,
  problem text,
  PRIMARY KEY (project_id, segment)
);

-- Which processor computes a project's segments, until when.
CREATE TABLE segment_leases (
  project_id text PRIMARY KEY REFERENCES flag_sets (project_id),
  leased_until timestamptz NOT NULL
);
