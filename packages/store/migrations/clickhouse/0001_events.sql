-- Every event, once. The sort key holds only what the client sent and never changes between
-- deliveries (docs/adr/0002), so that a second delivery always meets the first one and is merged
-- with it, whatever time either of them was given by the server.
CREATE TABLE IF NOT EXISTS events
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    event_id UUID,
    event_name LowCardinality(String),
    user_id UUID,
    session_id String CODEC(ZSTD(1)),
    timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    client_timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    seq UInt32 CODEC(T64, ZSTD(1)),
    person UInt32 CODEC(T64, ZSTD(1)),
    distinct_id String CODEC(ZSTD(1)),
    anonymous_id String CODEC(ZSTD(1)),
    is_identified Bool,
    -- docs/adr/0004 has the measurements behind the number of paths.
    properties JSON(max_dynamic_paths = 16),
    clock LowCardinality(String),
    user_agent String CODEC(ZSTD(1)),
    ip_address String CODEC(ZSTD(1)),
    geo_country LowCardinality(String),
    geo_city LowCardinality(String),
    device_type LowCardinality(String),
    browser LowCardinality(String),
    browser_version LowCardinality(String),
    os LowCardinality(String),
    os_version LowCardinality(String),
    page_url String CODEC(ZSTD(1)),
    page_host LowCardinality(String),
    page_path String CODEC(ZSTD(1)),
    page_title String CODEC(ZSTD(1)),
    referrer String CODEC(ZSTD(1)),
    referrer_host LowCardinality(String),
    utm_source LowCardinality(String),
    utm_medium LowCardinality(String),
    utm_campaign LowCardinality(String),
    utm_term LowCardinality(String),
    utm_content LowCardinality(String),
    locale LowCardinality(String),
    timezone LowCardinality(String),
    sdk_name LowCardinality(String),
    sdk_version LowCardinality(String),
    schema_version UInt16,

    -- The day the client says it was, held within thirty years: hostile clocks can make no more
    -- than thirty partitions, and one insert may touch a hundred, so none of them is refused.
    event_day Date MATERIALIZED toDate(least(greatest(client_timestamp,
        toDateTime64('2020-01-01 00:00:00.000', 3, 'UTC')),
        toDateTime64('2049-12-31 23:59:59.999', 3, 'UTC'))),
    -- The highest version survives a merge: counted down, that is the earliest delivery.
    version UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at))
        CODEC(DoubleDelta, ZSTD(1)),

    -- Each index costs every insert a little: these four serve time ranges, a fresh processor's
    -- look back, a session and a person. An event is looked for by its key, not by its id alone.
    INDEX timestamp_range timestamp TYPE minmax GRANULARITY 1,
    INDEX received_range received_at TYPE minmax GRANULARITY 1,
    INDEX session_bloom session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX user_bloom user_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(event_day)
ORDER BY (tenant_id, project_id, event_day, event_name, user_id, client_timestamp, event_id);

-- "This anonymous person turned out to be that known one." The earliest link of an anonymous
-- person counts: argMin(to_user_id, (linked_at, event_id)).
CREATE TABLE IF NOT EXISTS person_links
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    from_user_id UUID,
    from_person UInt32,
    to_user_id UUID,
    to_person UInt32,
    linked_at DateTime64(3, 'UTC'),
    event_id UUID,
    version UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(linked_at))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant_id, project_id, from_user_id, event_id);

-- What could not be stored. The text of an event that has no readable id tells it from others.
CREATE TABLE IF NOT EXISTS dead_events
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    event_id String,
    event_name String,
    stage LowCardinality(String),
    code LowCardinality(String),
    message String CODEC(ZSTD(1)),
    body String CODEC(ZSTD(3)),
    attempts UInt32,
    at DateTime64(3, 'UTC'),
    body_hash UInt64 MATERIALIZED cityHash64(body),
    version UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(at))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant_id, project_id, stage, code, event_id, body_hash)
TTL toDateTime(at) + INTERVAL 30 DAY DELETE;
