-- Dead letters that the collector took when they were sent again. An attempt that died as well is in
-- dead_events with its own number, so a letter is mended while its last attempt here is the higher one.
-- Kept a little longer than the letters are.
CREATE TABLE IF NOT EXISTS dead_replays
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    event_id String,
    attempt UInt32,
    at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY (tenant_id, project_id, event_id, attempt)
TTL toDateTime(at) + INTERVAL 31 DAY DELETE;
