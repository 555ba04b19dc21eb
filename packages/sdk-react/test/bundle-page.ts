/// <reference types="node" />
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = createRequire(import.meta.url);
const from18 = createRequire(here.resolve('@px-platform/test-react-18/package.json'));
/** Where React 18 is, whoever asks for React. */
const REACT_18 = ['react', 'react-dom'].map((name) => ({
  find: new RegExp(`^${name}(?=$|/)`),
  replacement: dirname(from18.resolve(`${name}/package.json`)),
}));

/** Bundles a test's page from sources, React in its development build, which warns, or as it is shipped. A global of the entry's name. */
export async function bundlePage(
  react: 'react' | 'react-18',
  entry: 'page' | 'lives' | 'router' = 'page',
  mode: 'development' | 'production' = 'development',
): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    mode,
    // Vite goes by NODE_ENV, which is `test` here.
    oxc: { jsx: { runtime: 'automatic', development: mode === 'development' } },
    define: { 'process.env.NODE_ENV': JSON.stringify(mode) },
    resolve: {
      alias: react === 'react-18' ? REACT_18 : [],
      conditions: ['@px-platform/source', 'browser', 'module', mode],
    },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL(`${entry}.tsx`, import.meta.url)),
        formats: ['iife'],
        name: entry,
        fileName: 'page',
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('expected one bundle');
  return first.output[0].code;
}
