-- What the processor's steps find out besides: the page among its like, what kind of source brought people, whether anybody is there.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS page_template LowCardinality(String) AFTER page_path,
    ADD COLUMN IF NOT EXISTS referrer_class LowCardinality(String) AFTER referrer_host,
    ADD COLUMN IF NOT EXISTS device_model LowCardinality(String) AFTER device_type,
    ADD COLUMN IF NOT EXISTS is_bot Bool AFTER device_model,
    ADD COLUMN IF NOT EXISTS geo_region LowCardinality(String) AFTER geo_country;
