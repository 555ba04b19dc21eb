import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small repository that breaks no rule: two packages, one arrow, a folder of siblings, an adapter. */
const SOUND = {
  'package.json': {
    name: 'fixture',
    workspaces: ['packages/*', 'e2e'],
    devDependencies: { vitest: '^4.0.0' },
  },
  'package-lock.json': {
    packages: { 'node_modules/x': { version: '1.0.0', integrity: 'sha512-…' } },
  },
  'packages/base/package.json': {
    name: '@fixture/base',
    exports: { '.': './src/index.ts', './data/*.json': './data/*.json' },
    dependencies: {},
  },
  'packages/base/src/index.ts': "export { base } from './base.js';\n",
  'packages/base/src/base.ts': 'export const base = 1;\n',
  'packages/base/src/base.test.ts':
    "import { it } from 'vitest';\nimport { base } from './base.js';\nit('is', () => void base);\n",
  'packages/user/package.json': {
    name: '@fixture/user',
    exports: { '.': './src/index.ts' },
    dependencies: { '@fixture/base': '^1.0.0', enginelib: '^1.0.0' },
  },
  'packages/user/src/index.ts':
    "import { base } from '@fixture/base';\nexport const user = base;\n",
  'packages/user/src/adapters/engine.ts':
    "import { open } from 'enginelib';\nexport const engine = open;\n",
  'packages/user/src/config.ts': 'export const port = process.env.PORT;\n',
  'packages/user/src/edge/page.ts': 'export const page = () => globalThis.document;\n',
  'packages/user/src/steps/index.ts':
    "import { one } from './one.js';\nimport { two } from './two.js';\nexport const steps = [one, two];\n",
  'packages/user/src/steps/step.ts': 'export type Step = () => void;\n',
  'packages/user/src/steps/one.ts':
    "import type { Step } from './step.js';\nexport const one: Step = () => {};\n",
  'packages/user/src/steps/two.ts':
    "import type { Step } from './step.js';\nexport const two: Step = () => {};\n",
};

/** The map that goes with it. */
export const FIXTURE_MAP = {
  arrows: { '@fixture/base': [], '@fixture/user': ['@fixture/base'] },
  assets: {},
  testTools: [],
  sourceCondition: '@fixture/source',
  freeArrows: ['e2e'],
  technologies: [{ modules: ['enginelib'], files: ['packages/user/src/adapters/engine*.ts'] }],
  siblings: ['steps', 'analyses'],
  browser: [{ files: ['packages/*/src/**'], except: ['packages/user/src/edge/**'] }],
  environment: { files: ['packages/*/src/**'], except: ['**/config.ts', '**/*.test.ts'] },
};

/**
 * Writes the sound repository, with `changes` over it (null removes a file), into a temporary
 * folder, hands its path to `use`, and removes it.
 */
export function withRepository(changes, use) {
  const root = mkdtempSync(join(tmpdir(), 'px-boundaries-'));
  try {
    for (const [file, content] of Object.entries({ ...SOUND, ...changes })) {
      if (content === null) continue;
      mkdirSync(dirname(join(root, file)), { recursive: true });
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      writeFileSync(join(root, file), text);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
