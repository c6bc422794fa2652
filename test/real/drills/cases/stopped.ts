import { expect } from 'vitest';
import { lastBeat } from '../../../../src/store/lease/heartbeat.ts';
import { isAlive, monoMs, signalProcess } from '../../../../src/system/process/process.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { atWork, endOf, startWatchdog } from '../watching.ts';

/** The default of DOGWATCH_LEASE_TIMEOUT. */
const TIMEOUT_MS = 60_000;
const LONG = 150_000;

export const stopped: Drill = {
  name: 'the watchdog is stopped (SIGSTOP) for a minute',
  holds:
    'before that nothing replaces it; then exactly one of several watchdogs does, the stopped one writes nothing more, and the job continues',
  play: () =>
    onStage(async (stage) => {
      stage.agent('[ $n = 1 ] && { while [ ! -e go ]; do sleep 0.1; done; exit 1; }; [ $n -ge 3 ] && echo x >done; exit 1');
      const first = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)]);
      await stage.inState('working');
      signalProcess(first.identity, 'SIGSTOP');
      stage.write('go', '');
      const early = await startWatchdog(stage).ended;
      expect([early.code, early.stderr]).toEqual([75, expect.stringContaining('a watchdog is already running')]);
      await until('it was silent for too long', () => monoMs() - (lastBeat(stage.where)?.mono ?? 0) > TIMEOUT_MS, LONG);
      const next = [1, 2, 3].map(() => startWatchdog(stage));
      await until('two of three gave up', () => next.filter((one) => one.isDead()).length === 2);
      await stage.inState('complete');
      signalProcess(first.identity, 'SIGCONT');
      const left = next.filter((one) => !one.isDead());
      expect([isAlive(first.identity), left.length, stage.watchdog()?.pid]).toEqual([false, 1, left[0]?.child.pid]);
      const said = await Promise.all(next.map((one) => endOf(stage, one)));
      expect(said.map(({ code }) => code).sort()).toEqual([0, 75, 75]);
      await expectSound(stage, said.map(({ stderr }) => stderr).join(''));
      return 'one of three';
    }),
};
