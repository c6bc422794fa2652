import { expect } from 'vitest';
import { signalProcess } from '../../../src/system/process.ts';
import type { Ran, Stage } from '../../processes/stage.ts';
import { until } from '../../until.ts';
import { type Traced, watchTraced } from './injected.ts';
import { expectSound } from './sound.ts';

/** The third start finishes the job: a start, two deaths, two resumes, the end. */
const AGENT = '[ $n -ge 3 ] && echo x >done; exit 1';
const RUN = ['run', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

export interface Played {
  readonly calls: string;
  /** How the watchdog under strace ended before the job was over; null: it did not. */
  readonly died: Ran | null;
}

/** A job from its start to its end, beside a watchdog to which `what` (options of strace) happens; where that one dies a command starts the next. */
export async function playStory(stage: Stage, what: readonly string[]): Promise<Played> {
  stage.agent(AGENT);
  const traced = watchTraced(stage, what);
  await until('the watchdog is at work, or dead', () => traced.isDead() || stage.watchdog() !== null);
  const { stderr } = await stage.does(RUN);
  expect(stderr).toContain('job is complete');
  await until('the last attempt is over', () => stage.run()?.attempt?.alive === false);
  const isDead = traced.isDead();
  const said = await end(stage, traced);
  await expectSound(stage, said.stderr);
  return { calls: traced.calls(), died: isDead ? said : null };
}

/** Tells whoever holds the lease to end: either the one under strace, or the one that came after it. */
async function end(stage: Stage, traced: Traced): Promise<Ran> {
  const holder = stage.watchdog();
  if (holder !== null) signalProcess(holder, 'SIGTERM');
  return traced.ended;
}
