import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { forGrowthBook } from '@px-platform/protocol/definitions';
import type { FlagDocument } from '@px-platform/protocol/flags';
import type { Publication } from '@px-platform/store';

/** A body, and the same compressed; null where that is not worth it. */
export interface Body {
  readonly plain: Buffer;
  readonly gzip: Buffer | null;
}

/** A publication, ready to be sent: what is the same for all who ask is made once. */
export interface ServedDocument {
  readonly revision: number;
  readonly etag: string;
  readonly document: FlagDocument;
  readonly body: Body;
  /** As GrowthBook's SDKs read it, at a moment: schedules are resolved in it. */
  forGrowthBook(now: number): Promise<Pick<ServedDocument, 'body' | 'etag'>>;
}

/** Less than this fits into the packets that are sent anyway. */
const WORTH_GZIP_BYTES = 1_000;

/** Null: nothing was published, and the document is empty. */
export async function serveDocument(
  publication: Publication | null,
  environment: string,
): Promise<ServedDocument> {
  const { revision, document: text } = publication ?? {
    revision: 0,
    document: JSON.stringify({ features: {}, px: { revision: 0, environment } }),
  };
  const document = JSON.parse(text) as FlagDocument;
  const etag = `"${environment}-${revision}"`;
  let plain: {
    readonly served: Promise<Pick<ServedDocument, 'body' | 'etag'>>;
    readonly validUntil: number;
  } | null = null;
  return {
    revision,
    etag,
    document,
    body: await bodyOf(text),
    forGrowthBook(now) {
      if (!plain || plain.validUntil <= now) {
        const { document: read, validUntil } = forGrowthBook(document, { now });
        const readText = JSON.stringify(read);
        // By what is in it: a schedule makes another of it without a publication.
        const digest = createHash('sha256').update(readText).digest('base64url').slice(0, 12);
        plain = {
          served: bodyOf(readText).then((body) => ({ body, etag: `"${environment}-${digest}"` })),
          validUntil: validUntil ?? Infinity,
        };
      }
      return plain.served;
    },
  };
}

async function bodyOf(text: string): Promise<Body> {
  const plain = Buffer.from(text);
  if (plain.length < WORTH_GZIP_BYTES) return { plain, gzip: null };
  return { plain, gzip: await promisify(gzip)(plain, { level: 9 }) };
}
