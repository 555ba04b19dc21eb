import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalUserId } from './canonical-user-id.js';

interface Vectors {
  readonly cases: readonly {
    readonly project_id: string;
    readonly kind: 'known' | 'anonymous';
    readonly distinct_id: string;
    readonly user_id: string;
  }[];
}

describe('given the golden identities', () => {
  const { cases } = JSON.parse(
    readFileSync(new URL('../../protocol/vectors/identities.json', import.meta.url), 'utf8'),
  ) as Vectors;

  // Stored rows carry these ids for ever: a change here would make every person a stranger.
  for (const { project_id, kind, distinct_id, user_id } of cases) {
    it(`gives ${kind} ${JSON.stringify(distinct_id)} of ${project_id} the same id for ever`, () => {
      expect(canonicalUserId(project_id, kind, distinct_id)).toBe(user_id);
    });
  }
});

// An id cut in the middle of a character is still an id: refusing it would refuse its batch for ever.
it('gives an id with half of a surrogate pair the id of its stored form', () => {
  for (const kind of ['known', 'anonymous'] as const) {
    expect(canonicalUserId('shop', kind, 'ann\ud83d')).toBe(
      canonicalUserId('shop', kind, 'ann\ufffd'),
    );
  }
});
