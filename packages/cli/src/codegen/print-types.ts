import { CONTROL_PREFIX } from '@px-platform/protocol';
import type { ExperimentDefinition, FlagDefinition } from '@px-platform/protocol/flags';
import {
  inOrder,
  printLiteral,
  printMembers,
  printObject,
  printUnion,
  type Member,
} from './print.js';
import type { Project, Stored } from './read-project.js';
import { saidOf, schemaType } from './schema-type.js';
import { ANY_JSON, flagType } from './value-type.js';

/** Their names in the file, and in the program of whoever includes it. */
const PARTS = [
  { part: 'flags', name: 'PxFlags', global: 'PxFlagTypes', about: 'Flags, and their values.' },
  {
    part: 'experiments',
    name: 'PxExperiments',
    global: 'PxExperimentTypes',
    about: 'Experiments: their variants, and the values of the flags that run them.',
  },
  {
    part: 'events',
    name: 'PxEvents',
    global: 'PxEventTypes',
    about: 'Events of the tracking plan, and their properties.',
  },
] as const;

/** The file: the same for the same project, to the letter. */
export function printTypes(
  { project, flags, experiments, events }: Project,
  { isGlobal }: { readonly isGlobal: boolean },
): string {
  const members = {
    flags: flags.map((flag) => flagMember(flag, experiments)),
    experiments: experiments.map((experiment) => experimentMember(experiment, flags)),
    // Names of PX's own are nobody's to track.
    events: events
      .filter(({ event }) => !event.startsWith(CONTROL_PREFIX))
      .map(({ event, schema }) => ({
        name: event,
        type: schemaType({ ...schema, type: 'object' }, '  '),
        said: saidOf(schema),
      })),
  } as const satisfies Record<(typeof PARTS)[number]['part'], readonly Member[]>;
  const parts = PARTS.map(({ part, name, about }) => {
    const sorted = [...members[part]].sort((a, b) => inOrder(a.name, b.name));
    return `/** ${about} */\nexport interface ${name} {\n${printMembers(sorted, { indent: '  ' })}}\n`;
  });
  const isJsonUsed = members.flags.some(({ type }) => new RegExp(`\\b${ANY_JSON}\\b`).test(type));
  return [
    `/* eslint-disable */\n// Written by px codegen, of project ${printLiteral(project)}. What is changed by hand is lost the next time.\n`,
    ...(isJsonUsed ? [JSON_TYPE] : []),
    ...parts,
    `/** All of them: what SDKs take as a type argument. */\nexport interface ProjectTypes {\n${PARTS.map(
      ({ part, name }) => `  ${part}: ${name};\n`,
    ).join('')}}\n`,
    ...(isGlobal
      ? [
          `declare global {\n${PARTS.map(
            ({ name, global }) => `  interface ${global} extends ${name} {}\n`,
          ).join('')}}\n`,
        ]
      : []),
  ].join('\n');
}

const JSON_TYPE = `/** Any JSON. */
export type ${ANY_JSON} =
  string | number | boolean | null | readonly ${ANY_JSON}[] | { readonly [name: string]: ${ANY_JSON} };
`;

const ARCHIVED = 'Archived: it has no value any more, and reads as the fallback.';

function flagMember(
  { key, definition, archived_at: archivedAt }: Stored<FlagDefinition>,
  experiments: Project['experiments'],
): Member {
  const run = experimentsIn(definition);
  const values = [
    ...Object.values(definition.variants),
    ...experiments
      .filter((experiment) => run.has(experiment.key))
      .flatMap((experiment) => experiment.definition.variants.map(({ value }) => value))
      .filter((value) => value !== undefined),
  ];
  const deprecated = archivedAt !== null && ARCHIVED;
  const said = { texts: [definition.description], deprecated };
  return { name: key, type: flagType(definition.type, values), said };
}

function experimentMember(
  { key, definition, archived_at: archivedAt }: Stored<ExperimentDefinition>,
  flags: Project['flags'],
): Member {
  const running = flags
    .filter((flag) => experimentsIn(flag.definition).has(key))
    .map((flag) => `PxFlags[${printLiteral(flag.key)}]`)
    .sort(inOrder);
  return {
    name: key,
    type: printObject(
      [
        {
          name: 'variant',
          type: printUnion(definition.variants.map((variant) => printLiteral(variant.key))),
        },
        { name: 'value', type: printUnion(running) },
      ],
      { indent: '  ' },
    ),
    said: {
      texts: [definition.name, definition.hypothesis],
      deprecated: archivedAt !== null && 'Archived: nobody is in it any more.',
    },
  };
}

/** Of every environment: which of them a program runs in is not known. */
const experimentsIn = ({ environments }: FlagDefinition): ReadonlySet<string> =>
  new Set(
    Object.values(environments)
      .flatMap(({ rules }) => rules.map(({ experiment }) => experiment))
      .filter((experiment) => experiment !== undefined),
  );
