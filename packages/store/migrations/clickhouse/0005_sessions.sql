-- Visits that clients told of (docs/adr/0018). Every state may be fed an event twice and stays as it is: sets of ids, firsts
-- and lasts. The day is that of the session's own id (UUIDv7), 1970-01-01 for an id that tells none.
CREATE TABLE IF NOT EXISTS client_sessions
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    session_day Date,
    session_id String CODEC(ZSTD(1)),
    started_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
    ended_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    who AggregateFunction(argMax, Tuple(UUID, UInt32), Tuple(Bool, DateTime64(3, 'UTC'), UUID)),
    events AggregateFunction(uniqExact, UInt64),
    page_views AggregateFunction(uniqExactIf, UInt64, UInt8),
    interactions AggregateFunction(uniqExactIf, UInt64, UInt8),
    errors AggregateFunction(uniqExactIf, UInt64, UInt8),
    frustrations AggregateFunction(uniqExactIf, UInt64, UInt8),
    entry_path AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    exit_path AggregateFunction(argMaxIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    device_type AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    browser AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    os AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    geo_country AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    referrer_host AggregateFunction(argMinIf, String, Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    utm AggregateFunction(argMinIf, Tuple(String, String, String), Tuple(DateTime64(3, 'UTC'), UInt32, UUID), UInt8),
    INDEX started_range started_at TYPE minmax GRANULARITY 1,
    INDEX ended_range ended_at TYPE minmax GRANULARITY 1
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, project_id, session_day, session_id);

CREATE MATERIALIZED VIEW IF NOT EXISTS client_sessions_feed TO client_sessions AS
WITH
    (timestamp, seq, event_id) AS at,
    cityHash64(event_id) AS id
SELECT
    tenant_id,
    project_id,
    toDate(least(UUIDv7ToDateTime(toUUIDOrZero(session_id), 'UTC'),
        toDateTime64('2049-12-31 00:00:00.000', 3, 'UTC'))) AS session_day,
    session_id,
    min(timestamp) AS started_at,
    max(timestamp) AS ended_at,
    argMaxState((user_id, person), (is_identified, timestamp, event_id)) AS who,
    uniqExactState(id) AS events,
    uniqExactIfState(id, event_name = 'page_view') AS page_views,
    uniqExactIfState(id, event_name NOT IN ('page_view', 'page_leave', 'scroll', 'error', 'network', 'performance', 'long_frame')) AS interactions,
    uniqExactIfState(id, event_name = 'error') AS errors,
    uniqExactIfState(id, event_name IN ('rage_click', 'dead_click', 'error_click', 'thrashed_cursor', 'form_abandon')) AS frustrations,
    argMinIfState(page_path, at, page_path != '') AS entry_path,
    argMaxIfState(page_path, at, page_path != '') AS exit_path,
    argMinIfState(device_type::String, at, device_type != '') AS device_type,
    argMinIfState(browser::String, at, browser != '') AS browser,
    argMinIfState(os::String, at, os != '') AS os,
    argMinIfState(geo_country::String, at, geo_country != '') AS geo_country,
    argMinIfState(referrer_host::String, at, referrer_host != '') AS referrer_host,
    argMinIfState((utm_source::String, utm_medium::String, utm_campaign::String), at,
        utm_source != '' OR utm_medium != '' OR utm_campaign != '') AS utm
FROM events
WHERE session_id != '' AND NOT startsWith(event_name, '$')
GROUP BY tenant_id, project_id, session_day, session_id;

-- Events of senders that know of no sessions, by whoever they are of and in their order: what a session is made from.
CREATE TABLE IF NOT EXISTS sessionless_events
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    owner String CODEC(ZSTD(1)),
    client_timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    event_id UUID,
    timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    seq UInt32 CODEC(T64, ZSTD(1)),
    event_name LowCardinality(String),
    user_id UUID,
    person UInt32,
    is_identified Bool,
    page_path String CODEC(ZSTD(1)),
    device_type LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    geo_country LowCardinality(String),
    referrer_host LowCardinality(String),
    utm_source LowCardinality(String),
    utm_medium LowCardinality(String),
    utm_campaign LowCardinality(String),
    received_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    version UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at))
        CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant_id, project_id, owner, client_timestamp, event_id)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessionless_events_feed TO sessionless_events AS
SELECT
    tenant_id,
    project_id,
    if(anonymous_id != '', concat('a:', anonymous_id), concat('u:', toString(user_id))) AS owner,
    client_timestamp,
    event_id,
    timestamp,
    seq,
    event_name,
    user_id,
    person,
    is_identified,
    page_path,
    device_type,
    browser,
    os,
    geo_country,
    referrer_host,
    utm_source,
    utm_medium,
    utm_campaign,
    received_at
FROM events
WHERE session_id = '' AND NOT startsWith(event_name, '$');

-- Sessions found for those events. One that a late event has merged away, or moved the start of, is written again as deleted.
CREATE TABLE IF NOT EXISTS derived_sessions
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    owner String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    started_at DateTime64(3, 'UTC'),
    ended_at DateTime64(3, 'UTC'),
    user_id UUID,
    person UInt32,
    events UInt32,
    page_views UInt32,
    interactions UInt32,
    errors UInt32,
    frustrations UInt32,
    entry_path String CODEC(ZSTD(1)),
    exit_path String CODEC(ZSTD(1)),
    device_type LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    geo_country LowCardinality(String),
    referrer_host LowCardinality(String),
    utm_source LowCardinality(String),
    utm_medium LowCardinality(String),
    utm_campaign LowCardinality(String),
    revision UInt64,
    is_deleted UInt8 DEFAULT 0
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
ORDER BY (tenant_id, project_id, owner, session_id);

-- Every session there is, once: what questions read. A bounce saw one page at most and did nothing there.
CREATE VIEW IF NOT EXISTS sessions AS
SELECT
    tenant_id,
    project_id,
    session_id,
    'client' AS origin,
    session_day,
    whose.1 AS user_id,
    whose.2 AS person,
    first_at AS started_at,
    last_at AS ended_at,
    dateDiff('millisecond', first_at, last_at) AS duration_ms,
    event_count AS events,
    view_count AS page_views,
    error_count AS errors,
    frustration_count AS frustrations,
    (view_count <= 1 AND interaction_count = 0)::Bool AS is_bounce,
    first_path AS entry_path,
    last_path AS exit_path,
    first_device AS device_type,
    first_browser AS browser,
    first_os AS os,
    first_country AS geo_country,
    first_referrer AS referrer_host,
    first_utm.1 AS utm_source,
    first_utm.2 AS utm_medium,
    first_utm.3 AS utm_campaign
FROM
(
    SELECT
        tenant_id,
        project_id,
        session_day,
        session_id,
        min(started_at) AS first_at,
        max(ended_at) AS last_at,
        argMaxMerge(who) AS whose,
        uniqExactMerge(events) AS event_count,
        uniqExactIfMerge(page_views) AS view_count,
        uniqExactIfMerge(interactions) AS interaction_count,
        uniqExactIfMerge(errors) AS error_count,
        uniqExactIfMerge(frustrations) AS frustration_count,
        argMinIfMerge(entry_path) AS first_path,
        argMaxIfMerge(exit_path) AS last_path,
        argMinIfMerge(device_type) AS first_device,
        argMinIfMerge(browser) AS first_browser,
        argMinIfMerge(os) AS first_os,
        argMinIfMerge(geo_country) AS first_country,
        argMinIfMerge(referrer_host) AS first_referrer,
        argMinIfMerge(utm) AS first_utm
    FROM client_sessions
    GROUP BY tenant_id, project_id, session_day, session_id
)
UNION ALL
SELECT
    tenant_id,
    project_id,
    session_id,
    'derived' AS origin,
    toDate(started_at) AS session_day,
    user_id,
    person,
    started_at,
    ended_at,
    dateDiff('millisecond', started_at, ended_at) AS duration_ms,
    events,
    page_views,
    errors,
    frustrations,
    (page_views <= 1 AND interactions = 0)::Bool AS is_bounce,
    entry_path,
    exit_path,
    device_type,
    browser,
    os,
    geo_country,
    referrer_host,
    utm_source,
    utm_medium,
    utm_campaign
FROM derived_sessions FINAL;
