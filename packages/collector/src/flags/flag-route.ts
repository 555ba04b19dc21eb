import type { Request, Response } from 'express';
import type { KeyGrant } from '@px-platform/store';

/** A request about flags whose key is known. */
export interface FlagRequest {
  readonly request: Request;
  readonly response: Response;
  readonly grant: KeyGrant;
  /** As it was sent. */
  readonly key: string;
}

/** A route about flags: one line in a list of them. */
export interface FlagRoute {
  readonly path: string;
  readonly method: 'get' | 'post';
  readonly handle: (asked: FlagRequest) => Promise<void>;
  /** How a refusal looks where a protocol of others says so. @default `{ code, message }` */
  readonly refuse?: (error: unknown, request: Request, response: Response) => boolean;
}
