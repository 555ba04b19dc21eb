-- How many events an hour a tenant may send: by its tier, unless it has a figure of its own.
ALTER TABLE tenants
  ADD COLUMN tier text NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'pro', 'enterprise')),
  ADD COLUMN events_per_hour integer CHECK (events_per_hour > 0);

-- Pages that may use a key, such as https://shop.example or https://*.shop.example. None: any.
ALTER TABLE api_keys ADD COLUMN origins text[] NOT NULL DEFAULT '{}';
