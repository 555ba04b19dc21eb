import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, posix } from 'node:path';

/** Places of one machine. Not preceded by what would make it a URL's or a longer path's middle. */
const MACHINE_PATH =
  /(?<![\w.:~@/-])(?:file:\/\/)?\/(?:work|root|home\/(?!node\b)[\w.-]+|Users\/[\w.-]+)\/[\w.@-]/;
/** Whoever clones has their own registry configured; an address in the tree would overrule it. */
const REGISTRY_HOST = /\bregistry\.[a-z0-9-]+\.(?:org|com|net|io|dev)\b/i;
const CLIMBING_PATH = /(?<![\w./])((?:\.\.\/)+)[\w@-]/g;

/** Rule: what is committed means the same on every machine. */
export function texts({ root, files }) {
  const here = [root.replace(/\/$/, ''), homedir()].filter((path) => path.length > '/root'.length);
  const configuredHost = hostOf(process.env.npm_config_registry);
  return files.flatMap((file) => {
    const text = readText(join(root, file));
    if (text === null) return [];
    return text.split('\n').flatMap((content, index) => {
      const finding = (what, fix) => ({ rule: 'texts', file, line: index + 1, what, fix });
      const found = [];
      if (MACHINE_PATH.test(content) || here.some((path) => content.includes(`${path}/`))) {
        found.push(
          finding(
            'holds a path of one machine',
            'make it relative, or ask os.tmpdir() or os.homedir()',
          ),
        );
      }
      if (
        REGISTRY_HOST.test(content) ||
        (configuredHost !== null && content.includes(configuredHost))
      ) {
        found.push(
          finding(
            "names a package registry's host",
            'leave it to the npm configuration of whoever installs',
          ),
        );
      }
      if (climbsOut(file, content)) {
        found.push(finding('points outside the repository', 'point to something a clone has'));
      }
      return found;
    });
  });
}

function climbsOut(file, line) {
  for (const match of line.matchAll(CLIMBING_PATH)) {
    if (posix.normalize(`${dirname(file)}/${match[1]}`).startsWith('..')) return true;
  }
  return false;
}

function hostOf(address) {
  return address !== undefined && URL.canParse(address) ? new URL(address).host : null;
}

/** Null for what is not text. */
function readText(path) {
  const bytes = readFileSync(path);
  return bytes.subarray(0, 8_000).includes(0) ? null : bytes.toString('utf8');
}
