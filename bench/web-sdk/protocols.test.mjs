import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerTo, idsIn } from './protocols.mjs';

const ids = (text) => idsIn(Buffer.from(text));
const EVENTS = JSON.stringify([{ bench_id: 'bench_000007' }, { bench_id: 'bench_000012' }]);

describe('given a body as a library sends it', () => {
  it.each([
    ['plain JSON', Buffer.from(EVENTS)],
    ['gzip, whatever its headers say', gzipSync(EVENTS)],
    ['a form with JSON', Buffer.from(`data=${encodeURIComponent(EVENTS)}`)],
    ['a form with base64', Buffer.from(`data=${encodeURIComponent(btoa(EVENTS))}&ip=1`)],
    ['JSON in JSON', Buffer.from(JSON.stringify({ data: [{ ue_pr: EVENTS }] }))],
  ])('finds each event in %s', (_, body) => {
    expect(idsIn(body)).toEqual([7, 12]);
  });

  it('counts every copy, and nothing where there is no event', () => {
    expect(ids('bench_000007 bench_000007')).toEqual([7, 7]);
    expect(ids('{"bench_id":"another"}')).toEqual([]);
    expect(idsIn(Buffer.alloc(0))).toEqual([]);
  });
});

describe('given a vendor’s path', () => {
  it.each([
    ['/v1/batch', 200],
    ['/e/', 200],
    ['/i/v0/e/', 200],
    ['/flags/', 200],
    ['/array/phc_bench/config', 200],
    ['/2/httpapi', 200],
    ['/cdn/v1/projects/k/settings', 200],
    ['/v1/t', 200],
    ['/v1/b', 200],
    ['/tp2', 200],
    ['/track/', 200],
    ['/collect', 202],
  ])('answers %s with %i', (path, status) => {
    expect(answerTo(path, { ids: [1], bytes: 9 }).status).toBe(status);
  });

  it('answers no other path', () => {
    expect(answerTo('/nowhere', { ids: [], bytes: 0 })).toBeNull();
  });
});
