import type { RequestHandler } from 'express';
import type { FlagCatalog, SegmentMembers } from '@px-platform/store';
import { readBody } from '../json-body.js';
import { DEFINITION_NOUNS, definitionRoutes } from './definition-routes.js';
import { environmentRoutes } from './environment-routes.js';
import { experimentRoutes } from './experiment-routes.js';
import { membersRoute } from './members-route.js';
import { tryRoute } from './try-route.js';

/** One route, by its whole path, for the one router to list. */
export interface ListedFlagRoute {
  readonly method: 'get' | 'put' | 'post';
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
}

/** Every route about flags. */
export function flagRoutes(deps: {
  readonly flags: FlagCatalog;
  readonly segments?: Pick<SegmentMembers, 'state' | 'sample'>;
  readonly clock: () => number;
}): readonly ListedFlagRoute[] {
  const experiments = experimentRoutes(deps);
  const environments = environmentRoutes(deps);
  const { readBody: readTry, tryFlags } = tryRoute(deps);
  const small = readBody();
  const get = (path: string, ...handlers: RequestHandler[]) =>
    ({ method: 'get', path, handlers }) as const;
  const put = (path: string, ...handlers: RequestHandler[]) =>
    ({ method: 'put', path, handlers }) as const;
  const post = (path: string, ...handlers: RequestHandler[]) =>
    ({ method: 'post', path, handlers }) as const;
  return [
    post('/v1/flags/try', readTry, tryFlags),
    ...DEFINITION_NOUNS.flatMap((noun) => {
      const routes = definitionRoutes(noun, deps);
      const all = `/v1/${noun.plural}`;
      const one = `${all}/:key`;
      return [
        get(all, routes.list),
        get(one, routes.get),
        put(one, routes.readBody, routes.put),
        get(`${one}/versions`, routes.versions),
        post(`${one}/archive`, routes.archive),
        post(`${one}/restore`, routes.restore),
      ];
    }),
    ...(deps.segments
      ? [get('/v1/segments/:key/members', membersRoute({ ...deps, segments: deps.segments }))]
      : []),
    post('/v1/experiments/:key/start', small, experiments.start),
    post('/v1/experiments/:key/stop', small, experiments.stop),
    get('/v1/environments', environments.list),
    post('/v1/environments', small, environments.add),
  ];
}
