import { expect } from 'vitest';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { atWork, endOf, mostMemoryMB } from '../watching.ts';

/** An idle watchdog has some 100 MB. */
const MOST_MB = 300;
const LONG_MS = 300_000;

/** The job is done when its log says so, at the end of what `body` writes. */
const logDrill = (name: string, holds: string, body: string): Drill => ({
  name,
  holds,
  play: () =>
    onStage(async (stage) => {
      stage.agent(`${body}\necho "all is done"; exec sleep 1000`);
      const watching = await atWork(stage);
      const run = ['run', '--detach', '--name', 'job', '--done-log', '^all is done$', '--', './agent.sh'];
      await stage.does(run, { env: { DOGWATCH_LINGER: '0s' } });
      await until('the end is read', () => stage.run()?.state === 'complete', LONG_MS);
      const most = mostMemoryMB(watching.identity);
      expect(most).toBeLessThan(MOST_MB);
      expect(stage.lives()).toHaveLength(1);
      await until('it is ended', () => stage.run()?.attempt?.alive === false);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return `at most ${Math.ceil(most / 25) * 25} MB`;
    }),
});

export const logDrills: readonly Drill[] = [
  logDrill(
    'a log of 10 GiB with a hole',
    'it is read to its end with bounded memory, including the line after the hole',
    'truncate -s 10G /proc/self/fd/1',
  ),
  logDrill(
    '100,000 lines a second, for a minute',
    'they are read to the last with bounded memory',
    // Six million lines of 60 bytes.
    'i=0; while [ $i -lt 60 ]; do i=$((i+1)); yes "$i: a line like those of a busy tool, which nobody reads ..." | head -n 100000; sleep 0.9; done',
  ),
];
