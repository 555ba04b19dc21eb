import { describe, expect, it } from 'vitest';
import { runStages } from './stages.mjs';

function recorder() {
  const lines = [];
  const ran = [];
  let time = 0;
  const stage = (name, isGood, needs) => ({
    name,
    ...(needs && { needs }),
    work: async () => {
      ran.push(name);
      time += 1_500;
      return isGood;
    },
  });
  return { lines, ran, stage, options: { log: (line) => lines.push(line), now: () => time } };
}

describe('given a stage that fails', () => {
  it('goes on with the others, but not with those that need it', async () => {
    const { lines, ran, stage, options } = recorder();
    const stages = [
      stage('build', false),
      stage('lint', true),
      stage('test', true, ['build']),
      stage('e2e', true, ['test']),
    ];
    expect(await runStages(stages, options)).toEqual(['build', 'test', 'e2e']);
    expect(ran).toEqual(['build', 'lint']);
    expect(lines).toEqual([
      '[1/4] build…',
      '[1/4] build: FAILED in 1.5 s',
      '[2/4] lint…',
      '[2/4] lint: ok in 1.5 s',
      '[3/4] test: not run, for build failed',
      '[4/4] e2e: not run, for test failed',
    ]);
  });

  it('treats a throw as a failure and says why', async () => {
    const { lines, options } = recorder();
    const work = async () => {
      throw new Error('no turbo here');
    };
    expect(await runStages([{ name: 'build', work }], options)).toEqual(['build']);
    expect(lines).toContain('no turbo here');
  });
});

describe('given a Ctrl-C', () => {
  it('starts nothing more', async () => {
    const { ran, stage, options } = recorder();
    const isStopped = () => ran.length === 1;
    await runStages([stage('build', true), stage('lint', true)], { ...options, isStopped });
    expect(ran).toEqual(['build']);
  });
});
