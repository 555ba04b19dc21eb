import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptional } from '../lib/lockfile.mjs';

/** Rule: the lockfile pins versions and hashes for every platform, and never where to download from. */
export function lockfile({ root }) {
  const path = join(root, 'package-lock.json');
  if (!existsSync(path)) {
    return [
      {
        rule: 'lockfile',
        file: 'package-lock.json',
        line: 1,
        what: 'is missing',
        fix: 'npm install, and commit it: `npm ci` is how everyone gets the same tree',
      },
    ];
  }
  const text = readFileSync(path, 'utf8');
  return [...addresses(text), ...incomplete(JSON.parse(text))];
}

function addresses(text) {
  return text.split('\n').flatMap((content, index) =>
    /"resolved":\s*"(?:https?|git)/.test(content)
      ? [
          {
            rule: 'lockfile',
            file: 'package-lock.json',
            line: index + 1,
            what: 'holds a download address',
            fix: 'keep omit-lockfile-registry-resolved in .npmrc and run `npm install` again',
          },
        ]
      : [],
  );
}

function incomplete(lock) {
  return missingOptional(lock).map(({ name, version, wantedBy }) => ({
    rule: 'lockfile',
    file: 'package-lock.json',
    line: 1,
    what: `lacks ${name}@${version}, which ${wantedBy} may want: \`npm ci\` refuses such a file`,
    fix: 'node scripts/complete-lockfile.mjs',
  }));
}
