-- What the person had agreed to when the event was made, in words and in one order: `analytics=granted replay=denied`. A dozen texts
-- in all, so that a dictionary holds them and a condition (`consent LIKE '%analytics=granted%'`) is asked of each once.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS consent LowCardinality(String) AFTER timezone;
