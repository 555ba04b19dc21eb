-- What questions read instead of `events` (docs/adr/0022). Each event once more, slim, by its name and whose it is: for
-- funnels, retention and counts. Nothing here names a person; `event` and `session` are digests. Sorted by six hours of the
-- client's own clock first: what comes in now meets, in `FINAL` and in merges, the rows of those hours alone.
CREATE TABLE IF NOT EXISTS steps
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    slot DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    event_name LowCardinality(String),
    person UInt32 CODEC(T64, ZSTD(1)),
    client_timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    event UInt64 CODEC(NONE),
    timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    seq UInt32 CODEC(T64, ZSTD(1)),
    session UInt64 CODEC(ZSTD(1)),
    page LowCardinality(String),
    version UInt64 CODEC(DoubleDelta, ZSTD(1)),
    INDEX timestamp_range timestamp TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(slot)
ORDER BY (tenant_id, project_id, slot, event_name, person, client_timestamp, event);

CREATE MATERIALIZED VIEW IF NOT EXISTS steps_feed TO steps AS
SELECT
    tenant_id,
    project_id,
    toStartOfInterval(toDateTime(least(greatest(client_timestamp, toDateTime64('2020-01-01 00:00:00.000', 3, 'UTC')),
        toDateTime64('2049-12-31 23:59:59.999', 3, 'UTC')), 'UTC'), INTERVAL 6 HOUR) AS slot,
    event_name,
    person,
    client_timestamp,
    cityHash64(event_id) AS event,
    timestamp,
    seq,
    if(session_id = '', 0, cityHash64(session_id)) AS session,
    page_template AS page,
    18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at)) AS version
FROM events
WHERE NOT startsWith(event_name, '$');

-- Each event by whose it is: a page of somebody's past is a few granules, however many others there are. `day`
-- completes the key by which the whole event is found in `events`.
CREATE TABLE IF NOT EXISTS timeline
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    user_id UUID CODEC(ZSTD(1)),
    client_timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    event_id UUID,
    timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    seq UInt32 CODEC(T64, ZSTD(1)),
    event_name LowCardinality(String),
    day Date,
    version UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(day)
ORDER BY (tenant_id, project_id, user_id, client_timestamp, event_id)
SETTINGS index_granularity = 1024;

CREATE MATERIALIZED VIEW IF NOT EXISTS timeline_feed TO timeline AS
SELECT
    tenant_id,
    project_id,
    user_id,
    client_timestamp,
    event_id,
    timestamp,
    seq,
    event_name,
    toDate(least(greatest(client_timestamp, toDateTime64('2020-01-01 00:00:00.000', 3, 'UTC')),
        toDateTime64('2049-12-31 23:59:59.999', 3, 'UTC'))) AS day,
    18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at)) AS version
FROM events;

-- How often each event happened in an hour, and to whom, as a set of numbers of people: sets of hours make those of days in any
-- zone, and of weeks, and what two of them have in common is who came back. Counted from `steps` once nothing has come for a
-- while; which hours those are, `hour_marks` knows. The highest revision counts.
CREATE TABLE IF NOT EXISTS event_hours
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    event_name LowCardinality(String),
    hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    events UInt64 CODEC(T64, ZSTD(1)),
    people AggregateFunction(groupBitmap, UInt32),
    revision UInt64 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant_id, project_id, event_name, hour);

-- Into which hours something was stored, or taken from, and which were counted, when: epoch milliseconds.
CREATE TABLE IF NOT EXISTS hour_marks
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    hour DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    touched_at SimpleAggregateFunction(max, UInt64),
    counted_at SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, project_id, hour);

-- What people said: each `feedback` event, by the properties that its form has. What is no number, or no text, is NULL.
CREATE VIEW IF NOT EXISTS feedbacks AS
SELECT
    tenant_id,
    project_id,
    event_id AS feedback_id,
    user_id,
    person,
    session_id,
    timestamp,
    toFloat64OrNull(toString(properties.rating)) AS rating,
    toFloat64OrNull(toString(properties.score)) AS score,
    properties.text.:String AS text,
    page_url,
    page_path
FROM events FINAL
WHERE event_name = 'feedback';

-- What was stored before these tables were there.
INSERT INTO steps
SELECT
    tenant_id,
    project_id,
    toStartOfInterval(toDateTime(least(greatest(client_timestamp, toDateTime64('2020-01-01 00:00:00.000', 3, 'UTC')),
        toDateTime64('2049-12-31 23:59:59.999', 3, 'UTC')), 'UTC'), INTERVAL 6 HOUR) AS slot,
    event_name,
    person,
    client_timestamp,
    cityHash64(event_id) AS event,
    timestamp,
    seq,
    if(session_id = '', 0, cityHash64(session_id)) AS session,
    page_template AS page,
    version
FROM events
WHERE NOT startsWith(event_name, '$');

INSERT INTO timeline
SELECT
    tenant_id,
    project_id,
    user_id,
    client_timestamp,
    event_id,
    timestamp,
    seq,
    event_name,
    event_day AS day,
    version
FROM events;

INSERT INTO hour_marks
SELECT
    tenant_id,
    project_id,
    toStartOfHour(toDateTime(timestamp, 'UTC')) AS hour,
    1 AS touched_at,
    0 AS counted_at
FROM events
WHERE NOT startsWith(event_name, '$')
GROUP BY tenant_id, project_id, hour;
