import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, runPx, startPxDev, type PxDev } from './px-dev.js';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const TSC = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin',
  'tsc',
);

let folder: string;
let px: PxDev;

const put = async (path: string, body: object) => {
  const response = await fetch(`${px.url}/v1/${path}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${px.secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(await response.text().then((text) => `${response.status} ${text}`)).toMatch(/^200 /);
};
const codegen = (...args: string[]) =>
  runPx(['codegen', '--out', join(folder, 'px-types.d.ts'), '--endpoint', px.url, ...args], {
    PX_SECRET_KEY: px.secretKey,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'px-consumer-'));
  px = await startPxDev({
    dataDir: join(folder, 'data'),
    port: await freePort(),
    args: ['--no-shop'],
  });
  await put('experiments/checkout_flow_v2', {
    definition: {
      key: 'checkout_flow_v2',
      name: 'One page',
      hypothesis: 'Fewer steps, more orders.',
      status: 'draft',
      variants: [
        { key: 'control', range: [0, 0.5] },
        { key: 'one_page', range: [0.5, 1] },
      ],
      phases: [],
      metrics: { goals: [{ key: 'orders', kind: 'conversion', event: 'plan_chosen' }] },
    },
  });
  const production = (rules: readonly object[] = []) => ({ production: { isOn: true, rules } });
  for (const definition of [
    {
      key: 'new_onboarding',
      type: 'boolean',
      variants: { on: true, off: false },
      default: 'off',
      environments: production(),
    },
    {
      key: 'checkout',
      type: 'string',
      description: 'How many pages.',
      variants: { control: 'four', one_page: 'one' },
      default: 'control',
      environments: production([{ id: 'test', experiment: 'checkout_flow_v2' }]),
    },
    {
      key: 'limits',
      type: 'json',
      variants: { small: { users: 5 }, large: { users: 50, seats: 10 } },
      default: 'small',
      environments: production(),
    },
  ])
    await put(`flags/${definition.key}`, { definition });
  const { projects } = (await fetch(`${px.url}/v1/projects`, {
    headers: { authorization: `Bearer ${px.secretKey}` },
  }).then((response) => response.json())) as { projects: readonly { id: string }[] };
  const plan = `projects/${projects[0]?.id}/schemas`;
  await put(`${plan}/plan_chosen`, {
    schema: {
      type: 'object',
      properties: { plan: { enum: ['free', 'pro'] }, price: { type: 'number' } },
      required: ['plan'],
      additionalProperties: false,
    },
  });
  await put(`${plan}/searched`, {
    schema: {
      properties: {
        term: { type: 'string' },
        hits: { type: 'array', items: { properties: { id: { type: 'string' } } } },
      },
      required: ['term'],
    },
  });
});
afterAll(async () => {
  await px.stop('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const IMPORTS = `
import PX, { type Px, type Unlisted } from '@px-platform/sdk';
import ServerPX from '@px-platform/sdk/node';
import { createClient, type NodeClient } from '@px-platform/sdk-node';
import { Experiment, Feature, TrackOnClick, TrackOnView, Variant, useExperiment, useFlag, useTrack } from '@px-platform/sdk-react';
import type { ProjectTypes } from './px-types.js';
declare const px: NodeClient;
declare const shop: Px<ProjectTypes>;
const ada = { userId: 'ada' };
interface Hit { id: string; rank: number }
declare const hits: Hit[];
`;

const GOOD = `${IMPORTS}
PX.init({ apiKey: 'px_…', projectId: 'shop', bufferSize: 100, flushInterval: 5000, compression: 'gzip' });
PX.track('plan_chosen', { plan: 'pro', price: 9.9 });
PX.track('searched', { term: 'shoes', hits, filters: ['red'] });
PX.track('page_view');
PX.track('from_the_old_app' as Unlisted, { step: 2 });
export const isNew: boolean = PX.getFlag('new_onboarding', { user_id: 'u', segment: 'trial' }, false);
export const isOnePage = PX.getExperiment('checkout_flow_v2').variant === 'one_page';
export const seats: number | undefined = PX.getFlag('limits', {}, { users: 1 }).seats;
shop.track('plan_chosen', { plan: 'free' });
px.track('plan_chosen', { plan: 'free' }, ada);
px.forRequest(ada).getFlag('checkout', undefined, 'four');
ServerPX.track('plan_chosen', { plan: 'free' }, ada);
createClient<ProjectTypes>({ apiKey: 'px_…', endpoint: 'https://px.example.com' }).track('searched', { term: 'shoes' }, ada);
export function Page() {
  const track = useTrack();
  const copy: 'four' | 'one' | undefined = useFlag('checkout');
  const { variant } = useExperiment('checkout_flow_v2');
  return (
    <Experiment name="checkout_flow_v2" fallback="control">
      <Variant name="one_page"><Feature flag="checkout" is="one">{copy}</Feature></Variant>
      <TrackOnView event="searched" properties={{ term: 'shoes' }} />
      <button onClick={() => track('plan_chosen', { plan: 'pro' })}>{variant}</button>
    </Experiment>
  );
}
`;

/** Each line is wrong, and says what the compiler has to say of it. */
const BAD = `${IMPORTS}
PX.track('plan_choosen', { plan: 'pro' }); // ✗ '"plan_choosen"' is not assignable to .*"plan_chosen"
PX.track('plan_chosen'); // ✗ Expected 2 arguments, but got 1
PX.track('plan_chosen', {}); // ✗ Property 'plan' is missing in type '{}'
PX.track('plan_chosen', { plan: 'gold' }); // ✗ '"gold"' is not assignable to type '"free" | "pro"'
PX.track('plan_chosen', { plan: 'pro', price: '9.9' }); // ✗ 'string' is not assignable to type 'number'
PX.track('plan_chosen', { plan: 'pro', prize: 9.9 }); // ✗ 'prize' does not exist in type
PX.track('searched', { hits }); // ✗ Property 'term' is missing
PX.track('searched', { term: 'shoes', hits: [{ id: 3 }] }); // ✗ 'number' is not assignable to type 'string'
PX.getFlag('new_onbording'); // ✗ '"new_onbording"' is not assignable to .*"new_onboarding"
PX.getFlag('new_onboarding', {}, 'yes'); // ✗ 'string' is not assignable to parameter of type 'boolean'
PX.getFlag('limits', {}, { user: 1 }); // ✗ 'user' does not exist in type
PX.getExperiment('checkout_flow_v3'); // ✗ '"checkout_flow_v3"' is not assignable
export const a = PX.getExperiment('checkout_flow_v2').variant === 'two_pages'; // ✗ no overlap
shop.track('plan_choosen'); // ✗ '"plan_choosen"' is not assignable
px.track('plan_chosen', { plan: 'gold' }, ada); // ✗ '"gold"' is not assignable
ServerPX.track('plan_choosen', {}, ada); // ✗ '"plan_choosen"' is not assignable
px.forRequest(ada).track('plan_choosen', {}); // ✗ '"plan_choosen"' is not assignable
px.getFlag('checkout', {}, 'five'); // ✗ '"five"' is not assignable
useTrack()('plan_chosen', { plan: 3 }); // ✗ 'number' is not assignable to type '"free" | "pro"'
useFlag('checkout', {}, 'five'); // ✗ '"five"' is not assignable
export const b = useExperiment('checkout_flow_v2').variant === 'two_pages'; // ✗ no overlap
export const c = <Feature flag="new_onbording" />; // ✗ '"new_onbording"' is not assignable
export const d = <Feature flag="checkout" is="five" />; // ✗ '"five"' is not assignable
export const e = <Experiment name="checkout_flow_v3" />; // ✗ '"checkout_flow_v3"' is not assignable
export const f = <Experiment name="checkout_flow_v2" fallback="five" />; // ✗ '"five"' is not assignable
export const g = <Variant name="two_pages" />; // ✗ '"two_pages"' is not assignable
export const h = <TrackOnView event="plan_chosen" />; // ✗ Property 'properties' is missing
export const i = <TrackOnView event="plan_choosen" />; // ✗ '"plan_choosen"' is not assignable
export const j = <TrackOnClick event="plan_chosen" properties={{ plan: 'gold' }} />; // ✗ '"gold"' is not assignable
`;

/** What the compiler says, by line. */
async function compile(program: string): Promise<ReadonlyMap<number, string>> {
  await writeFile(join(folder, 'program.tsx'), program);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['es2023', 'dom'],
        jsx: 'react-jsx',
        types: [],
      },
      include: ['px-types.d.ts', 'program.tsx'],
    }),
  );
  const out = await new Promise<string>((done) => {
    const args = [TSC, '-p', folder, '--pretty', 'false'];
    execFile(process.execPath, args, { cwd: folder }, (_error, stdout) => done(stdout));
  });
  const faults = new Map<number, string>();
  let at = 0;
  for (const line of out.split('\n')) {
    const found = /^(\S+?)\((\d+),\d+\): (.*)$/.exec(line);
    if (found) expect(found[1], out).toBe('program.tsx');
    at = Number(found?.[2] ?? at);
    if (line !== '') faults.set(at, `${faults.get(at) ?? ''}${line}\n`);
  }
  return faults;
}

describe('given flags, an experiment and a plan that were published', () => {
  it('writes types by which the compiler finds what is wrong, and nothing else', async () => {
    await symlink(MODULES, join(folder, 'node_modules'));
    expect(await codegen('--check')).toMatchObject({ code: 1 });
    expect(await codegen()).toMatchObject({ code: 0 });
    expect(await codegen('--check')).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, 'px-types.d.ts'), 'utf8')).toContain(
      '/** How many pages. */',
    );

    expect(await compile(GOOD)).toEqual(new Map());

    const wrong = BAD.split('\n').flatMap((line, index) => {
      const [, pattern] = line.split('// ✗ ');
      return pattern ? [{ line: index + 1, pattern, code: line }] : [];
    });
    const faults = await compile(BAD);
    expect([...faults.keys()].sort((a, b) => a - b)).toEqual(wrong.map(({ line }) => line));
    for (const { line, pattern, code } of wrong) {
      const quoted = pattern
        .split('.*')
        .map((part) => part.replace(/[|()[\]{}?]/g, String.raw`\$&`));
      expect(faults.get(line), code).toMatch(new RegExp(quoted.join('.*')));
    }
  });

  it('takes everything where nothing was written', async () => {
    await writeFile(join(folder, 'px-types.d.ts'), 'export interface ProjectTypes {}');
    const faults = await compile(
      BAD.replaceAll(/^export const [a-z] = .*===.*$/gm, '').replace(/^shop\..*$/m, ''),
    );
    expect([...faults.values()]).toEqual([]);
  });

  it('says what is wrong in a sentence', async () => {
    const refused = await codegen('--project', 'nowhere');
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/opens no project "nowhere"; there is \S+\./);
    expect(refused.output).not.toContain('    at ');
  });
});
