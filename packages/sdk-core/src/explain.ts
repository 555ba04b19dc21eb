import { CONTROL_PREFIX, LIMITS, type PxEvent } from '@px-platform/protocol';
import { describeValue } from './errors.js';
import { HANDED_OVER } from './ledger.js';

/**
 * Says in a sentence what a logged kind means, with the values it came with: what to hand to the
 * console. Kinds it does not know, such as a plugin's own, bring their sentence as the first value.
 *
 * Apart from the engine, for platforms that load it only once there is something to say.
 */
export function explain(kind: string, values: readonly unknown[]): readonly unknown[] {
  const [code = '', ...subject] = kind.split(':');
  const say = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined;
  const [sentence = kind, ...details] = say?.(subject.join(':'), ...values) ?? values;
  return [`px: ${sentence as string}`, ...details];
}

/** Told the subject of the kind, then the values. Answers with the sentence, and what the console shows beside it. */
type Say = (subject: string, ...values: readonly unknown[]) => readonly unknown[];

const EXPECTED_ID = `expected your own id of one person, 1 to ${LIMITS.idLength} characters; ignored.`;
const call = (verb: unknown, args: readonly unknown[]) =>
  `${String(verb)}(${args.map(describeValue).join(', ')})`;
const unexpectedId: Say = (_, verb, ...args) => [`${call(verb, args)}: ${EXPECTED_ID}`];

const SENTENCES: Readonly<Record<string, Say>> = {
  // Options.
  init: (_, given) => [
    `init needs an object with apiKey and projectId; received ${describeValue(given)}.`,
  ],
  option: (name, given, used) => [
    `option ${name} cannot be ${describeValue(given)}; using ${describeValue(used)}.`,
  ],
  required: (name, given) => [
    `option ${name} is required; received ${describeValue(given)}. Nothing will be recorded.`,
  ],

  // Calls.
  early: (_, most) => [`more than ${String(most)} calls before PX.init; later ones are lost.`],
  twice: () => ['PX.init was called again; ignored. Call PX.shutdown() first.'],
  copy: () => ['PX is on this page twice; this copy records only what it is told.'],
  bot: () => ['this is a bot; nothing is recorded.'],
  server: () => ['there is no browser here; PX does nothing.'],
  off: (verb) => [`${verb} is switched off or left out of this build; ignored.`],
  consent: (_, given) => [`setConsent cannot be ${describeValue(given)}; ignored.`],
  invalid_user_id: unexpectedId,
  invalid_group: unexpectedId,
  invalid_name: (_, verb, ...args) => [
    `${call(verb, args)}: expected a name of 1 to ${LIMITS.nameLength} characters, not starting with ${CONTROL_PREFIX}; ignored.`,
  ],

  // Flags.
  flag: (key) => [
    `there is no flag or experiment ${describeValue(key)} in what is published; its fallback is used.`,
  ],
  rule: (flag, rule, problem) => [
    `rule ${String(rule)} of flag ${flag} is skipped: ${String(problem)}`,
  ],
  flags: () => ['what came as flags is none, and does not take the place of what is there.'],
  override: (_, all) => [
    'FLAGS ARE OVERRIDDEN in this visit, and nobody is exposed; PX.setOverrides(null) ends it.',
    all,
  ],

  // Events.
  taken: (_, event) => [`${(event as PxEvent).event} taken`, event],
  sent: (_, count, status) => [`sent ${String(count)} events: HTTP ${String(status)}`],
  end: (how, name, id) => [
    `${String(name) || 'an event of an earlier page'} ${how === '' ? 'delivered' : how === HANDED_OVER ? 'settled by another page' : `dropped: ${how}`}`,
    id,
  ],
  json: (event) => [
    `properties of ${event} were cut: cycles, what throws, over ${LIMITS.propertyKeys} keys, over ${LIMITS.depth} levels, or a key over ${LIMITS.keyLength} characters.`,
  ],
  size: (event, bytes) => [
    `${event} is ${String(bytes)} bytes and was dropped; the limit is ${LIMITS.eventBytes}.`,
  ],
  write: (event, cause) => [`${event} is not JSON and was dropped.`, cause],
  full: () => ['more than maxQueueEvents or maxQueueBytes wait; some are dropped.'],
  storage: (_, cause) => [
    'storage failed; events not sent before the page closes may be lost.',
    cause,
  ],

  // Delivery.
  drop: (reason, message) => [`events were refused (${reason}): ${String(message)}`],
  refused: (_, status, message, key, project, endpoint) => [
    `the key ${String(key).slice(0, 8)}… of project ${String(project)} was refused (HTTP ${String(status)}: ${String(message)}). Check apiKey, projectId and endpoint (${String(endpoint)}). Events are kept.`,
  ],
  failed: (_, status, endpoint) => [
    `no proper answer from ${String(endpoint)} (HTTP ${String(status)}). Events are kept.`,
  ],
  delivery: (_, cause) => ['delivery failed; it will be tried again.', cause],

  // Other people's code, and our own mistakes.
  setup: (name, cause, plugin) => [
    `plugin ${name || describeValue(plugin)} failed to start and was left out.`,
    cause,
  ],
  before: (plugin, cause) => [
    `beforeSend of plugin ${plugin} failed; the event goes on unedited.`,
    cause,
  ],
  listener: (_, cause) => ['a listener failed.', cause],
  call: (_, cause) => ['a call failed inside PX; ignored.', cause],
  errors: (_, cause) => ['an error could not be read.', cause],
};
