import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { story } from '../kit/stage.ts';
import { until } from '../kit/until.ts';
import { anotherClock } from './faketime.ts';

const RUNS = Array.from({ length: 10 }, (_, index) => `run-${index}`);
const DAY_MS = 24 * 3_600_000;
/** A day in 72 seconds. */
const SPEED = 1200;
const clock = anotherClock(`+0 x${SPEED}`);
const [title, fake] = 'env' in clock ? ['', clock.env] : [` (skipped: ${clock.missing})`, null];

/**
 * Timeouts in proportion: a machine that is busy for some seconds is busy for an hour of that day.
 */
const PATIENT = { DOGWATCH_IDLE: '12h', DOGWATCH_STARTUP: '12h', DOGWATCH_QUIET: '6h' };

(fake === null ? story.skip : story)(
  `a day of the real watchdog with ten healthy runs: no action, and no call${title}`,
  async ({ stage }) => {
    stage.agent('while :; do echo working; sleep 0.5; done');
    stage.write('mender.sh', '#!/bin/sh\necho x >>menders\n', 0o755);
    const env = { ...fake, DOGWATCH_RECOVERY_COMMAND: './mender.sh', DOGWATCH_NOTIFY: `exec:${stage.file('mender.sh')}` };
    for (const name of RUNS)
      await stage.does(['run', '--detach', '--name', name, '--done-file', 'none', '--', './agent.sh'], { env: PATIENT });
    for (const name of RUNS) await stage.inState('working', name);
    // Its clock is far ahead of that of the commands, which have finished by then.
    await stage.kill(stage.watchdog()!);
    await stage.watch({ env });
    for (const name of RUNS) await until(`${name} works`, () => stage.run(name)?.attempt?.lastActivity != null);
    const began = RUNS.map((name) => stage.run(name)?.attempt?.lastActivity?.wall ?? 0);
    await setTimeout(DAY_MS / SPEED);
    const passed = await until('the day is over', () => {
      const now = RUNS.map((name) => stage.run(name)?.attempt?.lastActivity?.wall ?? 0);
      return now.every((wall, index) => wall - (began[index] ?? 0) >= 0.9 * DAY_MS) && now;
    });
    expect(passed).toHaveLength(RUNS.length);
    const actions = RUNS.flatMap((name) => stage.history(name).flatMap((row) => row.actions.map(({ kind }) => kind)));
    expect(actions).toEqual(RUNS.map(() => 'resume'));
    expect([stage.lines('menders'), stage.lives().length]).toEqual([[], RUNS.length]);
  },
);
