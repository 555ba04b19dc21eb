import { describe, expect, it } from 'vitest';
import { completeRules, type PrivacyRules } from '@px-platform/protocol';
import { createMasking } from './masking.js';

const SHOP = { tenant_id: 'acme', project_id: 'shop' };
const BLOG = { tenant_id: 'acme', project_id: 'blog' };
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** A catalog that can change and fail, and a clock that goes when told. */
function given() {
  const state = {
    now: 1_000_000,
    isDown: false,
    asked: 0,
    rules: new Map<string, Partial<PrivacyRules>>(),
  };
  const findMaskers = createMasking({
    clock: () => state.now,
    log: { info() {}, warn() {}, error() {} },
    catalog: {
      async privacyPolicy(_tenant, project) {
        state.asked += 1;
        if (state.isDown) throw new Error('database is away');
        return { rules: completeRules(state.rules.get(project) ?? {}), secret: 'a secret' };
      },
    },
  });
  const mask = async (text: string, owner = SHOP) => (await findMaskers([owner]))(owner).text(text);
  return { state, findMaskers, mask };
}

describe('given a project’s rules', () => {
  it('asks for them once, and masks by those of each project in a batch', async () => {
    const { state, findMaskers } = given();
    state.rules.set('blog', { email: 'keep' });
    const maskerOf = await findMaskers([SHOP, BLOG, SHOP]);
    expect(maskerOf(SHOP).text('a@b.co')).toMatch(/^h_/);
    expect(maskerOf(BLOG).text('a@b.co')).toBe('a@b.co');
    await findMaskers([SHOP, BLOG]);
    expect(state.asked).toBe(2);
  });

  it('goes by new ones within five seconds of their change', async () => {
    const { state, mask } = given();
    await mask('');
    state.rules.set('shop', { email: 'drop' });
    state.now += 2_000;
    await mask('');
    await turns();
    expect(await mask('a@b.co')).toBe('[email]');
    state.rules.set('shop', { email: 'keep' });
    state.now += 5_000;
    expect(await mask('a@b.co')).toBe('a@b.co');
  });

  it('keeps the masker, and what it remembers, while they stay the same', async () => {
    const { state, findMaskers } = given();
    const before = (await findMaskers([SHOP]))(SHOP);
    state.now += 60_000;
    expect((await findMaskers([SHOP]))(SHOP)).toBe(before);
    expect(state.asked).toBe(2);
  });
});

describe('given a catalog that cannot be asked', () => {
  it('goes on by the rules it knew', async () => {
    const { state, mask } = given();
    state.rules.set('shop', { email: 'drop' });
    await mask('');
    state.isDown = true;
    state.now += 3_600_000;
    expect(await mask('a@b.co')).toBe('[email]');
  });

  it('lets nothing pass by rules that it never knew, and takes it up again later', async () => {
    const { state, mask } = given();
    state.isDown = true;
    await expect(mask('a@b.co')).rejects.toThrow('rules of project shop are not known yet');
    state.isDown = false;
    state.now += 2_000;
    expect(await mask('a@b.co')).toMatch(/^h_/);
  });
});

describe('given an id that no catalog can be asked for', () => {
  it('masks all the same, by the defaults, and holds up nobody', async () => {
    const { state, mask } = given();
    for (const tenant_id of ['x'.repeat(5_000), 'a\0b']) {
      expect(await mask('a@b.co', { ...SHOP, tenant_id })).toMatch(/^h_/);
    }
    expect(state.asked).toBe(0);
  });
});
