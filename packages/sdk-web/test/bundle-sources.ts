/// <reference types="node" />
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Bundles the SDK from its sources, so that a test never runs yesterday's build. */
export async function bundleSources(format: 'iife' | 'es'): Promise<string> {
  const entry = format === 'iife' ? '../src/iife.ts' : '../src/index.ts';
  const result = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@px-platform/source', 'browser', 'module'] },
    build: {
      write: false,
      minify: false,
      target: 'es2020',
      lib: {
        entry: fileURLToPath(new URL(entry, import.meta.url)),
        formats: [format],
        name: 'PX',
        fileName: 'px',
      },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('expected one bundle');
  return first.output[0].code;
}
