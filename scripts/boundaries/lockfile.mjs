import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rule: the lockfile pins versions and hashes, never where to download from. */
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
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((content, index) =>
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
