-- What brought the visit, by the names its address gave, and what the person belonged to.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS campaign Map(LowCardinality(String), String) AFTER utm_content,
    ADD COLUMN IF NOT EXISTS groups Map(LowCardinality(String), String) AFTER campaign;
