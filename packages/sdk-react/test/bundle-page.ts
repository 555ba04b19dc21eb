/// <reference types="node" />
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Bundles the test's page from sources, React in its development build, which warns. Global `page`. */
export async function bundlePage(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: { conditions: ['@px-platform/source', 'browser', 'module', 'development'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('page.tsx', import.meta.url)),
        formats: ['iife'],
        name: 'page',
        fileName: 'page',
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('expected one bundle');
  return first.output[0].code;
}
