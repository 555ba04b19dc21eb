-- Each event once more, slim, by the minute it happened in: what aggregates are read from (docs/adr/0019). Nothing here
-- names a person; ids are digests. Only what is at most eight days late, and for eight days.
CREATE TABLE IF NOT EXISTS event_minutes
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    minute DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    event_name LowCardinality(String),
    event UInt64,
    happened_at DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    person UInt32 CODEC(T64, ZSTD(1)),
    session UInt64 CODEC(ZSTD(1)),
    page LowCardinality(String),
    stored_at DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    version UInt64 CODEC(DoubleDelta, ZSTD(1)),
    INDEX stored_range stored_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(minute)
ORDER BY (tenant_id, project_id, minute, event_name, event)
TTL minute + INTERVAL 8 DAY DELETE
SETTINGS ttl_only_drop_parts = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS event_minutes_feed TO event_minutes AS
SELECT
    tenant_id,
    project_id,
    toStartOfMinute(toDateTime(timestamp, 'UTC')) AS minute,
    event_name,
    cityHash64(event_id) AS event,
    toDateTime(timestamp, 'UTC') AS happened_at,
    person,
    if(session_id = '', 0, cityHash64(session_id)) AS session,
    page_template AS page,
    now('UTC') AS stored_at,
    18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at)) AS version
FROM events
WHERE NOT startsWith(event_name, '$') AND timestamp >= received_at - INTERVAL 8 DAY;
