import type { RequestHandler } from 'express';
import { FLAG_LIMITS, KEY_PATTERN } from '@px-platform/protocol/definitions';
import type { FlagCatalog } from '@px-platform/store';
import { invalid, noSuchProject } from '../errors.js';
import { scopeOf } from '../grant.js';
import { bodyOf, refuseOthers, shown } from '../json-body.js';

export interface EnvironmentRoutes {
  readonly list: RequestHandler;
  readonly add: RequestHandler;
}

export function environmentRoutes({ flags }: { readonly flags: FlagCatalog }): EnvironmentRoutes {
  return {
    async list(request, response) {
      response.json({ environments: await flags.environments(scopeOf(request, response)) });
    },
    async add(request, response) {
      const scope = scopeOf(request, response);
      const { name, ...others } = bodyOf(request);
      refuseOthers(others, ['name']);
      if (typeof name !== 'string' || !KEY_PATTERN.test(name))
        throw invalid(`"name" has letters, digits, ".", "_" and "-"; received ${shown(name)}`);
      const done = await flags.addEnvironment(scope, name);
      if (done === 'no_project') throw noSuchProject();
      if (done === 'full')
        throw invalid(`a project has ${FLAG_LIMITS.environments} environments at most`);
      response
        .status(done === 'added' ? 201 : 200)
        .json({ environments: await flags.environments(scope) });
    },
  };
}
