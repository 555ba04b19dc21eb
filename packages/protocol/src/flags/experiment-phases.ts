import type { ExperimentDefinition } from './definition.js';

export interface StartOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Deals everybody anew, also whom sticky bucketing would keep. @default false */
  readonly reshuffle?: boolean;
}

/**
 * The experiment, running in a new phase: whoever was exposed before is so anew. A draft's prepared phase is used
 * where it has one that has not begun.
 */
export function startExperiment(
  experiment: ExperimentDefinition,
  { now, reshuffle = false }: StartOptions,
): ExperimentDefinition {
  const { key, phases, winner: _winner, bucketVersion = 0, ...rest } = experiment;
  const started_at = new Date(now).toISOString();
  const last = phases.at(-1);
  const isPrepared = last !== undefined && last.started_at === undefined;
  const before = isPrepared ? phases.slice(0, -1) : phases;
  const number = String(before.length + 1);
  const isAnew = reshuffle && before.length > 0;
  const phase = {
    key: isPrepared ? last.key : number,
    seed: isAnew ? `${key}/${number}` : (last?.seed ?? key),
    started_at,
  };
  return {
    ...rest,
    key,
    status: 'running',
    phases: [...before.map((each) => endedAt(each, started_at)), phase],
    ...((isAnew || bucketVersion > 0) && { bucketVersion: bucketVersion + (isAnew ? 1 : 0) }),
  };
}

/** The experiment, stopped; `winner` is what its audience gets from then on, or nothing of it. */
export function stopExperiment(
  experiment: ExperimentDefinition,
  { now, winner }: { readonly now: number; readonly winner?: string },
): ExperimentDefinition {
  const ended_at = new Date(now).toISOString();
  const { winner: _before, ...rest } = experiment;
  return {
    ...rest,
    status: 'stopped',
    phases: experiment.phases.map((each) =>
      each.started_at === undefined ? each : endedAt(each, ended_at),
    ),
    ...(winner !== undefined && { winner }),
  };
}

type Phase = ExperimentDefinition['phases'][number];

function endedAt(phase: Phase, time: string): Phase {
  return phase.ended_at === undefined ? { ...phase, ended_at: time } : phase;
}
