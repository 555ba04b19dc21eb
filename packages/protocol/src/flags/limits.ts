/** The bounds of what people write about flags: what keeps a document small and deciding quick, whoever wrote it. */
export const FLAG_LIMITS = {
  /** Of each kind in a project, archived ones included. */
  definitions: 2_000,
  /** Characters of a key, and of the names of variants, rules, environments and layers. */
  keyLength: 100,
  /** Characters of a description, a hypothesis or a comment. */
  textLength: 2_000,
  /** Characters of one definition as JSON; a group's values come on top. */
  definitionLength: 65_536,
  /** Levels of objects and lists within one definition. */
  depth: 50,
  environments: 20,
  variants: 50,
  /** Of one flag in one environment. */
  rules: 100,
  /** Levels of conditions within conditions. */
  conditionDepth: 10,
  /** Keys and list members of one condition. */
  conditionNodes: 1_000,
  /** Values of one group. */
  groupValues: 20_000,
  /** Characters of one of them. */
  groupValueLength: 200,
  /** Segments of a project that say what people did: each is read out of all that happened, again and again. */
  computedSegments: 50,
  /** Members of one of those: people, and the devices that they are known on. One with more is not told of. */
  segmentMembers: 500_000,
  /** Characters of a document as JSON: what every client downloads. */
  documentLength: 4_194_304,
  /** Characters of a text among the attributes that the collector decides with: patterns are tried on it. */
  attributeLength: 1_024,
  /** Characters of a body with attributes. */
  attributesLength: 65_536,
} as const;
