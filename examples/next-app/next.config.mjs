import { fileURLToPath } from 'node:url';

// Next.js tells its maker of each build unless the environment says otherwise; this is read before it does.
process.env.NEXT_TELEMETRY_DISABLED = '1';

/** @type {import('next').NextConfig} */
export default {
  distDir: 'dist',
  poweredByHeader: false,
  // `npm run typecheck` does it, as everywhere in this repository.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: fileURLToPath(new URL('../..', import.meta.url)) },
};
