import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Reader, type CityResponse } from 'maxmind';
import QuickLRU from 'quick-lru';
import type { ServerLog } from '@px-platform/store';
import type { Geo, Place } from './port.js';
import { publicAddress } from './public-address.js';

export interface GeoOptions {
  /** A database in the MaxMind format: countries, or cities. @default the bundled one, of countries */
  readonly path?: string | null;
  readonly log: ServerLog;
  /** How often is looked whether the file was replaced, milliseconds. The bundled one never is. @default 60_000 */
  readonly refreshEveryMs?: number;
  /** Addresses whose place is remembered. @default 20_000 */
  readonly capacity?: number;
}

export interface GeoDatabase extends Geo {
  /** Reads the file again if it is another one now. What cannot be read is told, and the old one stays. */
  refresh(): Promise<void>;
  close(): void;
}

const BUNDLED = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

/** IPv4 written out in IPv6. */
const LONGEST_ADDRESS = 45;

/** Such databases are in the same format, and say nothing of places. */
const OF_SOMETHING_ELSE =
  /^(?!.*(?:country|city|location|enterprise)).*(?:asn|isp|domain|anonymous|connection)/i;

/** Opens a database of places. Throws an error that names the file if it cannot be read. */
export async function openGeo({
  path,
  log,
  refreshEveryMs = 60_000,
  capacity = 20_000,
}: GeoOptions): Promise<GeoDatabase> {
  const file = path ?? createRequire(import.meta.url).resolve(BUNDLED);
  let { reader, version } = await load(file);
  let told: string | undefined;
  const known = new QuickLRU<string, Place | null>({ maxSize: capacity });

  const refresh = async () => {
    try {
      if ((await versionOf(file)) === version) return;
      ({ reader, version } = await load(file));
      known.clear();
      told = undefined;
      log.info({ path: file }, 'the database of places was replaced');
    } catch (error) {
      const { message } = error as Error;
      if (message !== told)
        log.warn({ err: error, path: file }, 'the database of places stays the old one');
      told = message;
    }
  };
  const timer = path ? setInterval(() => void refresh(), refreshEveryMs).unref() : undefined;

  return {
    find(ip) {
      // What proxies pass on as an address may be any text.
      if (ip.length > LONGEST_ADDRESS) return null;
      let place = known.get(ip);
      if (place === undefined) {
        const address = publicAddress(ip);
        place = address === null ? null : placeOf(reader.get(address));
        known.set(ip, place);
      }
      return place;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}

async function load(path: string) {
  try {
    // Before it is read: what is replaced meanwhile is read again.
    const version = await versionOf(path);
    const reader = new Reader<CityResponse>(await readFile(path));
    const { databaseType } = reader.metadata;
    if (OF_SOMETHING_ELSE.test(databaseType)) throw new Error(`it is a ${databaseType} database`);
    return { reader, version };
  } catch (cause) {
    throw new Error(`the database of places ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function versionOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs} ${size} ${ino}`;
}

/** As MaxMind and DB-IP nest it, or flat, as ip-location-db and IPinfo have it. */
type FlatRecord = {
  readonly [key in 'country_code' | 'country' | 'state1' | 'region' | 'city']?: unknown;
};

function placeOf(record: CityResponse | null): Place | null {
  if (!record) return null;
  const flat = record as FlatRecord;
  const subdivision = record.subdivisions?.[0];
  const code =
    textOf(flat.country_code) || textOf(flat.country) || textOf(record.country?.iso_code);
  const country = /^[a-z]{2}$/i.test(code) && code !== 'ZZ' ? code.toUpperCase() : '';
  const region =
    textOf(subdivision?.names?.en) ||
    textOf(subdivision?.iso_code) ||
    textOf(flat.state1) ||
    textOf(flat.region);
  const city = textOf(record.city?.names?.en) || textOf(flat.city);
  return country || region || city ? { country, region, city } : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
