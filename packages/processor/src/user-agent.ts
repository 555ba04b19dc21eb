import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isbot } from 'isbot';
import QuickLRU from 'quick-lru';
import type * as Yaml from 'yaml';

/** What a user-agent string tells. Unknown parts are absent. */
export interface UserAgent {
  readonly browser?: string;
  readonly browser_version?: string;
  readonly os?: string;
  readonly os_version?: string;
  readonly device_type: DeviceType;
  /** Whether it is that of a crawler, a headless browser, or a program which is no browser. */
  readonly is_bot: boolean;
}
export type DeviceType = 'desktop' | 'mobile' | 'tablet' | 'tv' | 'other';

/** uap-core's rule files: the first expression that matches wins. */
interface RuleFile {
  readonly user_agent_parsers: readonly Rule[];
  readonly os_parsers: readonly Rule[];
}
type Rule = { readonly regex: string } & { readonly [replacement: string]: string };

interface Finding {
  readonly family: string;
  readonly version: string;
}

/** Parses user agents by uap-core's rules (Apache-2.0), remembering the last `capacity` strings. */
export function createUserAgentParser({ capacity = 5_000 } = {}): (text: string) => UserAgent {
  const known = new QuickLRU<string, UserAgent>({ maxSize: capacity });
  let rules: { browser: ReturnType<typeof matcher>; os: ReturnType<typeof matcher> } | undefined;

  return (text) => {
    const cached = known.get(text);
    if (cached) return cached;
    // On first use: compiling them is not worth anybody's wait at the start.
    rules ??= compileRules();
    const browser = rules.browser(text);
    const os = rules.os(text);
    const agent: UserAgent = {
      ...(browser ? { browser: browser.family, browser_version: browser.version } : {}),
      ...(os ? { os: os.family, os_version: os.version } : {}),
      device_type: deviceType(text, browser, os),
      is_bot: isbot(text),
    };
    known.set(text, agent);
    return agent;
  };
}

function compileRules() {
  const file = readRules();
  return {
    browser: matcher(file.user_agent_parsers, [
      'family_replacement',
      'v1_replacement',
      'v2_replacement',
    ]),
    os: matcher(file.os_parsers, ['os_replacement', 'os_v1_replacement', 'os_v2_replacement']),
  };
}

/** The build leaves the rules beside this file as JSON: to read uap-core's YAML takes 300 ms. */
function readRules(): RuleFile {
  const built = new URL('user-agent-rules.json', import.meta.url);
  if (existsSync(built)) return JSON.parse(readFileSync(built, 'utf8')) as RuleFile;
  return parseRules();
}

/** The two lists of uap-core's file that are used. */
export function parseRules(): RuleFile {
  const require = createRequire(import.meta.url);
  const { parse } = require('yaml') as typeof Yaml;
  const path = require.resolve('uap-core/regexes.yaml');
  const { user_agent_parsers, os_parsers } = parse(readFileSync(path, 'utf8')) as RuleFile;
  return { user_agent_parsers, os_parsers };
}

/** Names of the replacement for the family, the major and the minor version. */
type Replacements = readonly [family: string, major: string, minor: string];

function matcher(rules: readonly Rule[], [family, major, minor]: Replacements) {
  const compiled = rules.map((rule) => ({ rule, expression: new RegExp(rule.regex) }));

  return (text: string): Finding | null => {
    for (const { rule, expression } of compiled) {
      const match = expression.exec(text);
      if (!match) continue;
      const fill = (replacement: string | undefined, group: number) =>
        (
          replacement?.replace(/\$(\d)/g, (_, n: string) => match[Number(n)] ?? '') ??
          match[group] ??
          ''
        ).trim();
      const version = [fill(rule[major], 2), fill(rule[minor], 3)].filter(Boolean).join('.');
      return { family: fill(rule[family], 1), version };
    }
    return null;
  };
}

/** uap-core names models, not form factors; these words are what the major engines put in their strings. */
function deviceType(text: string, browser: Finding | null, os: Finding | null): DeviceType {
  if (/\b(smart-?tv|appletv|googletv|hbbtv|web0s|tizen.*tv|bravia|aft[a-z]+)\b/i.test(text))
    return 'tv';
  if (/ipad|tablet|playbook|kindle|silk(?!.*mobile)/i.test(text)) return 'tablet';
  if (/android/i.test(text)) return /mobile/i.test(text) ? 'mobile' : 'tablet';
  if (/mobi|iphone|ipod|windows phone/i.test(text)) return 'mobile';
  if (/^(windows|mac os x|linux|ubuntu|fedora|debian|chrome os|freebsd)/i.test(os?.family ?? ''))
    return 'desktop';
  return browser && os ? 'desktop' : 'other';
}
