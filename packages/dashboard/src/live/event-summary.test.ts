import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@px-platform/protocol';
import { eventSummary } from './event-summary.js';

const summary = (event: string, properties: JsonObject, title = '') =>
  eventSummary(event, { properties, title });
const keys = (event: string, properties: JsonObject) =>
  summary(event, properties).map(({ key }) => key);

describe('given the properties of an event', () => {
  it('puts what tells most first: the step and the error before the rest', () => {
    expect(
      keys('signup_step_failed', {
        attempts: 2,
        form: { fields: 3 },
        error: 'too short',
        step: 'password',
      }),
    ).toEqual(['step', 'error', 'attempts', 'form']);
  });

  it('knows what tells most about the names that PX emits', () => {
    expect(keys('click', { x: 1, y: 2, selector: 'button', text: 'Buy' })).toEqual([
      'text',
      'selector',
      'x',
      'y',
    ]);
    expect(
      keys('performance', {
        fcp: 400,
        ttfb: 20,
        fid: 88,
        inp: 88,
        cls: 0.01,
        lcp: 900,
        view_id: '1',
      }),
    ).toEqual(['lcp', 'inp', 'cls', 'ttfb']);
    expect(
      keys('network', { method: 'GET', kind: 'fetch', url: 'https://a.b/c', status: 503 }),
    ).toEqual(['status', 'method', 'url', 'kind']);
  });

  it('says of a view and a form what became of them, and leaves out which view it was', () => {
    const leave = { view_id: 'v', duration_ms: 9, engaged_ms: 7, max_scroll_percent: 50 };
    expect(keys('page_leave', leave)).toEqual(['engaged_ms', 'max_scroll_percent', 'duration_ms']);
    expect(keys('scroll', { view_id: 'v', depth_px: 900, depth_percent: 25 })).toEqual([
      'depth_percent',
      'depth_px',
    ]);
    const form = { view_id: 'v', id: 'pay', selector: '#pay', field_count: 3, fields: ['card'] };
    expect(keys('form_submit', form)).toEqual(['id', 'selector', 'field_count', 'fields']);
    expect(keys('form_abandon', { ...form, last_field: 'card' })[0]).toBe('last_field');
  });

  it('names the page of a page view, which comes beside its properties', () => {
    expect(summary('page_view', { navigation: 'load' }, 'Stoneware mug')).toEqual([
      { key: 'title', value: 'Stoneware mug' },
      { key: 'navigation', value: 'load' },
    ]);
    expect(summary('click', { tag: 'a' }, 'Stoneware mug')).toEqual([{ key: 'tag', value: 'a' }]);
  });

  it('shows the traits of an identify', () => {
    expect(
      summary('$identify', {
        $set: { email: 'ana@example.com' },
        $set_once: { source: 'ad' },
      }),
    ).toEqual([
      { key: 'source', value: 'ad' },
      { key: 'email', value: 'ana@example.com' },
    ]);
  });

  it('leaves out what says nothing, and keeps false and zero', () => {
    expect(keys('x', { a: null, b: '', c: 0, d: false })).toEqual(['c', 'd']);
  });

  it('prints long, nested and many-lined values on one short line', () => {
    const [long, list, objects, object] = summary('x', {
      long: `first\n  second ${'x'.repeat(80)}`,
      list: ['a', 'b', 3],
      objects: [{ a: 1 }, { b: 2 }],
      object: { a: 1, b: 2 },
    }).map(({ value }) => value);
    expect(long).toMatch(/^first second x+…$/);
    expect(long).toHaveLength(48);
    expect([list, objects, object]).toEqual(['a, b, 3', '[2]', '{a, b}']);
  });
});
