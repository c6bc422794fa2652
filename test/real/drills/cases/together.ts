import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect } from 'vitest';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { attach, whyNoStrace } from '../injected.ts';
import { onStages } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { isPrepared } from '../waiting.ts';
import { atWork, endOf } from '../watching.ts';

const JOBS = Array.from({ length: 5 }, (_, index) => `job-${index + 1}`);
const AT_ONCE = 3;

/** All first starts end at the same moment: when the gate that they wait at is opened and closed. */
const AGENT = `#!/bin/sh
last=$(tail -n 1 pids-$DOGWATCH_RUN 2>/dev/null)
[ -n "$last" ] && kill -0 $last 2>/dev/null && echo $DOGWATCH_RUN >>overlaps
echo $$ >>pids-$DOGWATCH_RUN
echo $DOGWATCH_ATTEMPT >>attempts-$DOGWATCH_RUN
n=$(wc -l <pids-$DOGWATCH_RUN)
echo "this is start $n"
[ $n -eq 1 ] && { read line <gate; exit 1; }
until [ -e finish ]; do sleep 0.05; done
echo x >done-$DOGWATCH_RUN
`;

interface Point {
  readonly call: string;
  readonly nth: number;
}

/**
 * From the deaths on: reading what is left, the transaction, its flush, the commands of those that
 * wait, their words, and the shims of the others.
 */
const CALLS: Readonly<Record<string, readonly number[]>> = {
  openat: [1, 20, 60],
  pwrite64: [1, 8, 24],
  fsync: [1, 2],
  mkdir: [1, 4],
  write: [1, 2, 4, 7, 10],
  clone: [1, 2],
};

const POINTS: readonly Point[] = Object.entries(CALLS).flatMap(([call, places]) => places.map((nth) => ({ call, nth })));

export const together: Drill = {
  name: 'kill -9 while the deaths of several runs are stored together, and among the starts that follow',
  holds: 'wherever the watchdog is killed, each of the runs is resumed, once, and completed by the next one',
  play: async ({ skip }) => {
    const missing = whyNoStrace();
    if (missing !== null) skip(missing);
    let ended = 0;
    await onStages(
      POINTS,
      AT_ONCE,
      ({ call, nth }) => `SIGKILL at ${call} number ${nth}`,
      async (stage, { call, nth }) => {
        if (await dieTogether(stage, ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${nth}`])) ended += 1;
      },
    );
    expect(ended).toBeGreaterThan(POINTS.length / 2);
    return `${POINTS.length} places; at ${ended} the watchdog was killed`;
  },
};

/** Returns whether the watchdog was killed. */
async function dieTogether(stage: Stage, what: readonly string[]): Promise<boolean> {
  stage.write('agent.sh', AGENT, 0o755);
  execFileSync('mkfifo', [stage.file('gate')]);
  const first = await atWork(stage);
  for (const name of JOBS) await stage.does(['run', '--detach', '--name', name, '--done-file', `done-${name}`, '--', './agent.sh']);
  const started = (times: number) =>
    until(`start ${times} of all`, () => JOBS.every((name) => stage.lines(`pids-${name}`).length >= times));
  await started(1);
  for (const name of JOBS) await isPrepared(stage, name);
  const tracer = await attach(first.identity, what);
  closeSync(openSync(stage.file('gate'), 'w'));
  const isResumed = () => JOBS.every((name) => stage.lines(`pids-${name}`).length >= 2);
  await until('the watchdog is killed, or all are resumed', () => first.isDead() || isResumed());
  tracer.kill('SIGKILL');
  await until('strace has let go', () => tracer.exitCode !== null || tracer.signalCode !== null);
  const isKilled = first.isDead();
  const last = isKilled ? await atWork(stage) : first;
  await started(2);
  stage.write('finish', '');
  for (const name of JOBS) await stage.inState('complete', name);
  for (const name of JOBS) {
    await expectSound(stage, '', ['complete'], name);
    const attempts = stage.lines(`attempts-${name}`);
    expect([name, attempts.length, new Set(attempts).size]).toEqual([name, 2, 2]);
  }
  expect(stage.lines('overlaps')).toEqual([]);
  expect((await endOf(stage, last)).stderr).not.toMatch(/^\s+at /m);
  return isKilled;
}
