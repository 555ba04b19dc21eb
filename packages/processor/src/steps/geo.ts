import type { Geo } from '../geo/port.js';
import type { Findings, Step } from './step.js';

/** Where the sender's address is used. Private addresses are nowhere. */
export function createGeoStep(geo: Geo): Step {
  return {
    name: 'geo',
    enrich({ ip }) {
      const place = ip ? geo.find(ip) : null;
      if (!place) return {};
      const found: Findings = {};
      if (place.country) found.geo_country = place.country;
      if (place.region) found.geo_region = place.region;
      if (place.city) found.geo_city = place.city;
      return found;
    },
  };
}
