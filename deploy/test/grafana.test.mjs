import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { render, ROWS } from '../grafana/dashboard.mjs';

it('is in px-platform.json as it is described', async () => {
  const written = await readFile(new URL('../grafana/px-platform.json', import.meta.url), 'utf8');
  expect(written, 'npm run grafana --workspace deploy').toBe(await render());
});

it('has a query in each panel, and panels beside one another without gaps or overlaps', async () => {
  const { panels } = JSON.parse(await render());
  const shown = panels.filter(({ type }) => type !== 'row');
  expect(shown).toHaveLength(ROWS.flatMap(({ panels }) => panels).length);
  const taken = new Set();
  for (const { title, targets, gridPos } of shown) {
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets) expect(expr, title).toMatch(/\w/);
    const { x, y, w, h } = gridPos;
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column += 1) {
      for (let line = y; line < y + h; line += 1) {
        expect(taken.has(`${column},${line}`), `${title} lies over another panel`).toBe(false);
        taken.add(`${column},${line}`);
      }
    }
  }
});
