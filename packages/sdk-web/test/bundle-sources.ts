/// <reference types="node" />
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BUNDLES = {
  /** The script tag's, global `PX`. */
  iife: { entry: '../src/iife.ts', format: 'iife', name: 'PX' },
  /** What lies beside the script tag's. */
  gzip: { entry: '../src/platform/pako-gzip.ts', format: 'es', name: '' },
  explain: { entry: '../src/platform/explain.ts', format: 'es', name: '' },
  es: { entry: '../src/index.ts', format: 'es', name: '' },
  /** What shares people across domains, global `crossDomain`. */
  crossDomain: { entry: '../src/cross-domain.ts', format: 'iife', name: 'crossDomain' },
  /** What tells servers who asks, global `requests`. */
  requests: { entry: '../src/requests.ts', format: 'iife', name: 'requests' },
  /** OpenFeature and PX's provider, global `openfeature`. */
  openfeature: { entry: './openfeature-page.ts', format: 'iife', name: 'openfeature' },
  /** The browser's adapters one by one, global `adapters`. */
  adapters: { entry: './adapters.ts', format: 'iife', name: 'adapters' },
  /** What an event says of an element, global `elements`. */
  elements: { entry: '../src/dom/describe-element.ts', format: 'iife', name: 'elements' },
} as const;

/** Bundles the SDK from its sources, so that a test never runs yesterday's build. */
export async function bundleSources(which: keyof typeof BUNDLES): Promise<string> {
  const { entry, format, name } = BUNDLES[which];
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      conditions: ['@px-platform/source', 'browser', 'module'],
      // As `iife.replace` of package.json has it.
      alias:
        which === 'iife'
          ? {
              './load-gzip.js': here('../src/platform/load-gzip-beside.ts'),
              './load-explain.js': here('../src/platform/load-explain-beside.ts'),
            }
          : {},
    },
    build: {
      write: false,
      minify: false,
      target: 'es2020',
      lib: { entry: here(entry), formats: [format], name, fileName: 'px' },
      // One file, whatever is loaded lazily: it is all that a test gets.
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('expected one bundle');
  return first.output[0].code;
}
