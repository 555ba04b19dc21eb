'use client';
import { useRef } from 'react';
import { useFirstEffect } from './use-first-effect.js';
import { usePX } from './verbs.js';

/** What a router shows. */
export interface Shown {
  readonly pathname: string;
  readonly search: string;
  /** The pattern of its path. */
  readonly route: string | undefined;
  readonly properties: object | undefined;
  /** Whether another query of the same path is no page of its own. @default false */
  readonly isSame?: boolean;
  /** Whether another path is told of by somebody else, and this is of queries alone. @default false */
  readonly isPathTold?: boolean;
}

/** Says which route is shown: before any component's own effect may record something of the new page. */
export function useRoute(shown: Shown): void {
  const { route } = usePX();
  const { pathname, search } = shown;
  const before = useRef<Shown>(undefined);
  useFirstEffect(() => {
    // StrictMode runs effects twice; a reference lives through both.
    const { current: last } = before;
    before.current = shown;
    const isOtherPath = last?.pathname !== pathname;
    const isOtherQuery = !isOtherPath && last?.search !== search && !shown.isSame;
    if (isOtherQuery || (isOtherPath && !shown.isPathTold)) route(shown.route, shown.properties);
  }, [route, pathname, search]);
}
