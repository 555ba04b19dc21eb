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

/** Bundles the test's page from sources, React in its development build, which warns. Global `page`. */
export async function bundlePage(react: 'react' | 'react-18', entry = 'page.tsx'): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: {
      alias: react === 'react-18' ? REACT_18 : [],
      conditions: ['@px-platform/source', 'browser', 'module', 'development'],
    },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL(entry, import.meta.url)),
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
