import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EventCode } from '@px-platform/protocol';
import { createJudge } from './judge.js';
import { buildJudgementCase, type JudgementCase } from '../test/judgement-case.js';

interface Vectors {
  readonly received_at: number;
  readonly cases: readonly (JudgementCase & {
    readonly title: string;
    readonly status: 'ok' | 'drop';
    readonly code?: EventCode;
  })[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../protocol/vectors/judgements.json', import.meta.url), 'utf8'),
) as Vectors;

const judge = createJudge({ newEventId: () => '00000000-0000-7000-8000-000000000001' });
const context = { receivedAt: vectors.received_at, skewMs: 0, mayBeLarge: true };

describe('given the golden judgements', () => {
  for (const vector of vectors.cases) {
    it(`${vector.status === 'ok' ? 'takes' : `drops as ${vector.code}`}: ${vector.title}`, () => {
      const judgement = judge(buildJudgementCase(vector), context);
      if (vector.status === 'ok') {
        expect(judgement).toMatchObject({ verdict: 'take' });
        return;
      }
      expect(judgement).toMatchObject({ verdict: 'drop', code: vector.code });
      // A person must be able to act on it.
      expect(judgement.verdict === 'drop' && judgement.message.length).toBeGreaterThan(20);
    });
  }
});

describe('given an event that leaves out what a sender may leave out', () => {
  it('gets an id, the time of receipt and empty properties', () => {
    expect(judge({ event: 'hello', user_id: 'u' }, context)).toEqual({
      verdict: 'take',
      clientTimestamp: vectors.received_at,
      timestamp: vectors.received_at,
      clock: 'received',
      event: {
        event_id: '00000000-0000-7000-8000-000000000001',
        event: 'hello',
        user_id: 'u',
        anonymous_id: null,
        session_id: null,
        properties: {},
        timestamp: vectors.received_at,
        context: {},
      },
    });
  });
});

describe('given objects nested a hundred thousand levels deep', () => {
  it('drops the event without running out of stack', () => {
    const levels = 100_000;
    const deep: unknown = JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
    expect(judge({ event: 'x', user_id: 'u', properties: deep }, context)).toMatchObject({
      code: 'properties_too_deep',
    });
    expect(judge({ event: 'x', user_id: 'u', context: { page: deep } }, context)).toMatchObject({
      code: 'properties_too_deep',
    });
    // In a member that nobody reads, or in place of the name.
    for (const event of [
      { event: 'x', user_id: 'u', more: deep },
      { event: deep, user_id: 'u' },
    ]) {
      expect(judge(event, context)).toMatchObject({ code: 'properties_too_deep' });
    }
  });
});
