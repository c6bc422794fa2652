import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import { anotherClock } from '../../faketime.ts';
import type { Drill, Surroundings } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { atWork, endOf } from '../watching.ts';

const BACKOFF_MS = 400;
const MINUTE_MS = 60_000;
/** A run without progress, for as long as the drill likes. */
const RESTLESS = {
  DOGWATCH_BACKOFF_MIN: `${BACKOFF_MS}ms`,
  DOGWATCH_BACKOFF_MAX: `${BACKOFF_MS}ms`,
  DOGWATCH_MAX_RESUMES: '500',
  DOGWATCH_PROMPT_AFTER: '1h',
};
const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

/**
 * A watchdog whose wall clock (not the time since boot) can be moved while it runs: `jump` sets its
 * offset.
 */
async function withClock(context: Surroundings, stage: Stage, zone: string) {
  const clock = anotherClock('+0');
  if ('missing' in clock) return context.skip(clock.missing);
  const file = join(stage.directory, 'clock');
  const jump = (offset: string) => {
    writeFileSync(`${file}.new`, `${offset}\n`);
    renameSync(`${file}.new`, file);
  };
  jump('+0');
  const env = {
    LD_PRELOAD: clock.env.LD_PRELOAD!,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return { jump, watching: await atWork(stage, [], { ...env, TZ: zone }) };
}

/** It is resumed again and again, whatever the wall clock says. */
async function goesOn(stage: Stage): Promise<void> {
  const so = stage.lives().length;
  await until('it was resumed twice more', () => stage.lives().length >= so + 2);
}

/**
 * Backoffs are measured in time since boot: no jump shortens them. `jitter` removes at most half.
 */
function expectNoStorm(stage: Stage): void {
  const starts = stage.history().filter(({ actions }) => actions.some(({ kind }) => kind === 'resume'));
  const gaps = starts.slice(2).map(({ observation }, index) => observation.at.mono - starts[index + 1]!.observation.at.mono);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(BACKOFF_MS / 2);
}

async function finish(stage: Stage, watching: Awaited<ReturnType<typeof atWork>>): Promise<void> {
  stage.write('go', '');
  await stage.inState('complete');
  expectNoStorm(stage);
  await expectSound(stage, (await endOf(stage, watching)).stderr);
}

const AGENT = '[ -e go ] && echo x >done; exit $((n % 7 + 1))';

/** A run that meets a usage limit, which ends in half an hour, and is done when it is retried. */
async function limited(stage: Stage, name: string): Promise<void> {
  const reset = new Date(Date.now() + 30 * MINUTE_MS).toISOString();
  const body = `echo x >>${name}.asked; [ $(wc -l <${name}.asked) = 2 ] && exec touch ${name}.done; echo "limit: resets ${reset}"; exit 1`;
  const script = stage.write(`${name}.sh`, `#!/bin/sh\n${body}\n`, 0o755);
  await stage.does(['run', '--detach', '--name', name, '--done-file', `${name}.done`, '--pattern', 'limit=^limit:', '--', script], {
    env: RESTLESS,
  });
  await until('it is held', () => stage.run(name)?.holds.some(({ kind }) => kind === 'limit'));
}

const jumps: Drill = {
  name: 'the wall clock jumps by an hour and by a year, back and forth',
  holds: 'a backoff takes as long as ever, and a usage limit is over when the clock says so: no storm of resumes, and no run waits forever',
  play: (context) =>
    onStage(async (stage) => {
      const clock = await withClock(context, stage, 'UTC');
      stage.agent(AGENT);
      await stage.does(RUN, { env: RESTLESS });
      await limited(stage, 'hours');
      for (const offset of ['-1h', '+0']) {
        clock.jump(offset);
        await goesOn(stage);
        expect([offset, stage.lines('hours.asked').length]).toEqual([offset, 1]);
      }
      clock.jump('+1h');
      await stage.inState('complete', 'hours');
      clock.jump('+0');
      await goesOn(stage);
      await limited(stage, 'years');
      // A reset in a year is not believed: the run is tried.
      clock.jump('-1y');
      await stage.inState('complete', 'years');
      clock.jump('+1y');
      await goesOn(stage);
      expect([stage.lines('hours.asked').length, stage.lines('years.asked').length]).toEqual([2, 2]);
      await finish(stage, clock.watching);
      return '6 jumps';
    }),
};

/** Central Europe, in UTC: from summer to winter time, and back. */
const SWITCHES = [Date.UTC(2026, 9, 25, 1), Date.UTC(2027, 2, 28, 1)];

const summerTime: Drill = {
  name: 'summer time begins and ends',
  holds: 'the hour that comes twice and the one that never comes cause no resume too many and none too few',
  play: (context) =>
    onStage(async (stage) => {
      const clock = await withClock(context, stage, 'Europe/Berlin');
      stage.agent(AGENT);
      await stage.does(RUN, { env: RESTLESS });
      const now = () => stage.run()?.attempt?.startedAt.wall ?? 0;
      for (const atMs of SWITCHES) {
        // Seconds before it, so that it happens while the run is active.
        const offset = Math.round((atMs - Date.now()) / 1000) - 3;
        clock.jump(offset < 0 ? `${offset}` : `+${offset}`);
        await until('it is resumed before', () => Math.abs(now() - atMs) < MINUTE_MS);
        await until('it is resumed after', () => now() > atMs && now() - atMs < 2 * MINUTE_MS);
        await goesOn(stage);
      }
      await finish(stage, clock.watching);
      return '2 switches';
    }),
};

export const clockDrills: readonly Drill[] = [jumps, summerTime];
