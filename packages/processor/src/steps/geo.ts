import type { Geo } from '../geo/port.js';
import type { Step } from './step.js';

/** Where the sender's address is used. Private addresses are nowhere. */
export function createGeoStep(geo: Geo): Step {
  return {
    name: 'geo',
    enrich({ ip }) {
      const place = ip ? geo.find(ip) : null;
      if (!place) return {};
      const { country, region, city } = place;
      return {
        ...(country && { geo_country: country }),
        ...(region && { geo_region: region }),
        ...(city && { geo_city: city }),
      };
    },
  };
}
