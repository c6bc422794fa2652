import { expect } from 'vitest';
import type { Ran, Stage } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { startTraced } from './injected.ts';
import { expectSound } from './sound.ts';
import { endOf } from './watching.ts';

/** The third start finishes the job: a start, two deaths, two resumes, the end. */
export const THREE_LIVES = '[ $n -ge 3 ] && echo x >done; exit 1';
/** The same, and each life is long enough for the next one to be prepared. */
export const THREE_LONG_LIVES = `sleep 0.7; ${THREE_LIVES}`;
export const RUN = ['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

export interface Played {
  readonly calls: string;
  /** How the watchdog under strace ended before the job was over, or null if it did not. */
  readonly died: Ran | null;
}

/**
 * A job from its start to its end, beside a watchdog to which `what` (options of strace) happens.
 * If that watchdog dies, a command starts the next.
 */
export async function playStory(
  stage: Stage,
  what: readonly string[],
  env: Readonly<Record<string, string>> = {},
  lives = THREE_LIVES,
): Promise<Played> {
  stage.agent(lives);
  const traced = startTraced(stage, what, env);
  await until('the watchdog is at work, or dead', () => traced.isDead() || stage.watchdog() !== null);
  const { stderr } = await stage.does(RUN);
  expect(stderr).toContain('job is complete');
  await until('the last attempt is over', () => stage.run()?.attempt?.alive === false);
  const isDead = traced.isDead();
  const said = await endOf(stage, traced);
  await expectSound(stage, said.stderr);
  return { calls: traced.calls(), died: isDead ? said : null };
}
