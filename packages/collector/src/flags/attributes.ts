import type { Request } from 'express';
import { FLAG_LIMITS, freshContext, isObject } from '@px-platform/protocol/definitions';
import type { FlagContext, FlagDocument } from '@px-platform/protocol/flags';
import type { KeyGrant } from '@px-platform/store';
import { RequestError } from '../errors.js';
import { readBody } from '../read-body.js';
import type { FindSegments } from './segments.js';

/** Reads a small JSON object. */
export async function readObject(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const bytes = await readBody(request, encoding.toLowerCase());
  if (bytes.length > FLAG_LIMITS.attributesLength)
    throw new RequestError(
      'body_too_large',
      `the body has ${bytes.length} bytes; the limit is ${FLAG_LIMITS.attributesLength}. Send only attributes that flags ask for.`,
    );
  const value = parse(bytes);
  if (isObject(value)) return value;
  throw new RequestError('invalid_request', 'the body is a JSON object.');
}

/** What flags are decided with here, where nothing is remembered from one request to the next. */
export function contextOf(attributes: unknown, now: number): FlagContext {
  if (!isObject(attributes))
    throw new RequestError('invalid_request', '"attributes" is an object of attributes.');
  if (hasLongText(attributes))
    throw new RequestError(
      'invalid_request',
      `an attribute has more than ${FLAG_LIMITS.attributeLength} characters, or lies too deep.`,
    );
  const url = attributes['$url'];
  return freshContext(attributes, { now, ...(typeof url === 'string' && { url }) });
}

/**
 * With the segments that the person is in by what they did, where rules ask for that, nobody has said so, and the key may
 * know it of whom the attributes name.
 */
export async function withSegments(
  context: FlagContext,
  {
    document,
    grant,
    findSegments,
  }: {
    readonly document: FlagDocument;
    readonly grant: KeyGrant;
    readonly findSegments: FindSegments;
  },
): Promise<FlagContext> {
  const { attributes } = context;
  if (!document.px?.computedSegments || attributes['$segments'] !== undefined) return context;
  const segments = await findSegments(grant, attributes);
  return segments ? { ...context, attributes: { ...attributes, $segments: segments } } : context;
}

/** Patterns are tried on texts, and a stranger chooses them. */
function hasLongText(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return value.length > FLAG_LIMITS.attributeLength;
  if (typeof value !== 'object' || value === null) return false;
  return (
    depth > FLAG_LIMITS.conditionDepth ||
    Object.values(value).some((each) => hasLongText(each, depth + 1))
  );
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new RequestError('malformed_json', `the body is not JSON: ${(error as Error).message}.`);
  }
}
