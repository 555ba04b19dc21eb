import type { Request, RequestHandler } from 'express';
import type { ServerLog } from '@px-platform/store';
import { RequestError } from './errors.js';
import type { IpBudget } from './ip-budget.js';
import type { CollectorMetrics } from './metrics.js';

/** A request that was refused for what it is costs so many: wrong keys can be guessed less often than events sent. */
const REFUSED_COST = 20;
/** Those that are no fault of the sender's: too slow a line, too many at once. */
const FAULTLESS = new Set([408, 429]);

/** Bounds what one address may ask, before anything of the request is read. */
export interface IpGuard {
  readonly check: RequestHandler;
  /** Takes nothing for this request after all: it comes from a server of a tenant's, whose quota counts. */
  readonly forgive: (request: Request) => void;
}

export function createIpGuard({
  budget,
  metrics,
  log,
}: {
  readonly budget: IpBudget;
  readonly metrics: Pick<CollectorMetrics, 'countRefusedAddress'>;
  readonly log: ServerLog;
}): IpGuard {
  let isTold = false;
  /** Everybody behind such a proxy would look like one sender, or like none. */
  const tellOfProxy = ({ ip, socket, headers }: Request) => {
    if (isTold || headers['x-forwarded-for'] === undefined || ip !== socket.remoteAddress) return;
    isTold = true;
    log.warn(
      {},
      'requests carry X-Forwarded-For, which is not believed: addresses are those of a proxy. Say how many stand in front (trust proxy, PX_TRUSTED_PROXIES).',
    );
  };

  return {
    check(request, response, next) {
      tellOfProxy(request);
      const ip = request.ip ?? '';
      const waitMs = budget.take(ip);
      if (waitMs !== null) {
        metrics.countRefusedAddress();
        const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
        throw new RequestError(
          'rate_limited',
          `too many requests from ${ip}. Nothing was read: send it again in ${seconds} s.`,
          { headers: { 'retry-after': String(seconds) } },
        );
      }
      response.on('finish', () => {
        const { statusCode } = response;
        if (statusCode >= 400 && statusCode < 500 && !FAULTLESS.has(statusCode))
          budget.charge(ip, REFUSED_COST - 1);
      });
      next();
    },
    forgive: ({ ip }) => budget.charge(ip ?? '', -1),
  };
}
