-- Who was put into which variant of which experiment, and when: each `$exposure` once more, by experiment and unit, so that
-- an experiment's answer reads its own people and nobody else's. `unit` is a digest: nothing here names anybody.
CREATE TABLE IF NOT EXISTS exposures
(
    tenant_id LowCardinality(String),
    project_id LowCardinality(String),
    experiment LowCardinality(String),
    phase LowCardinality(String),
    unit_type LowCardinality(String),
    unit UInt64 CODEC(ZSTD(1)),
    client_timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    event UInt64 CODEC(NONE),
    timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    variant LowCardinality(String),
    bucket_version UInt32 CODEC(T64, ZSTD(1)),
    is_sticky Bool,
    person UInt32 CODEC(T64, ZSTD(1)),
    user_id UUID CODEC(ZSTD(1)),
    session UInt64 CODEC(ZSTD(1)),
    version UInt64 CODEC(DoubleDelta, ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYear(toDate(least(greatest(client_timestamp, toDateTime64('2020-01-01 00:00:00.000', 3, 'UTC')),
    toDateTime64('2049-12-31 23:59:59.999', 3, 'UTC'))))
ORDER BY (tenant_id, project_id, experiment, phase, unit_type, unit, client_timestamp, event);

CREATE MATERIALIZED VIEW IF NOT EXISTS exposures_feed TO exposures AS
SELECT
    tenant_id,
    project_id,
    ifNull(properties.experiment.:String, '') AS experiment,
    ifNull(properties.phase.:String, '') AS phase,
    ifNull(properties.unit_type.:String, '') AS unit_type,
    cityHash64(ifNull(properties.unit_id.:String, '')) AS unit,
    client_timestamp,
    cityHash64(event_id) AS event,
    timestamp,
    ifNull(properties.variant.:String, '') AS variant,
    toUInt32(greatest(0, ifNull(properties.bucket_version.:Int64, 0))) AS bucket_version,
    ifNull(properties.is_sticky.:Bool, false) AS is_sticky,
    person,
    user_id,
    if(session_id = '', 0, cityHash64(session_id)) AS session,
    18446744073709551615 - toUInt64(toUnixTimestamp64Milli(received_at)) AS version
FROM events
WHERE event_name = '$exposure' AND ifNull(properties.experiment.:String, '') != '' AND ifNull(properties.variant.:String, '') != '';

-- What was stored before this table was there.
INSERT INTO exposures
SELECT
    tenant_id,
    project_id,
    ifNull(properties.experiment.:String, '') AS experiment,
    ifNull(properties.phase.:String, '') AS phase,
    ifNull(properties.unit_type.:String, '') AS unit_type,
    cityHash64(ifNull(properties.unit_id.:String, '')) AS unit,
    client_timestamp,
    cityHash64(event_id) AS event,
    timestamp,
    ifNull(properties.variant.:String, '') AS variant,
    toUInt32(greatest(0, ifNull(properties.bucket_version.:Int64, 0))) AS bucket_version,
    ifNull(properties.is_sticky.:Bool, false) AS is_sticky,
    person,
    user_id,
    if(session_id = '', 0, cityHash64(session_id)) AS session,
    version
FROM events
WHERE event_name = '$exposure' AND ifNull(properties.experiment.:String, '') != '' AND ifNull(properties.variant.:String, '') != '';
