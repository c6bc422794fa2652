import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { attemptFiles } from '../../../../src/store/directory/layout.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { atWork, endOf } from '../watching.ts';

/** The agent keeps writing, is not silent, and finally says that it is done. */
const AGENT = 'while [ ! -e go ]; do echo "at work"; sleep 0.2; done; echo "all is done"; exec sleep 1000';

const lostLog = (what: string, lose: (log: string) => void): Drill => ({
  name: `the log of a living agent is ${what}`,
  holds: 'the agent is neither ended nor resumed because of it, that is reported, and its later output is still read',
  play: () =>
    onStage(async (stage) => {
      stage.agent(AGENT);
      const watching = await atWork(stage);
      await stage.does(['run', '--detach', '--name', 'job', '--done-log', '^all is done$', '--', './agent.sh'], {
        env: { DOGWATCH_LINGER: '0s' },
      });
      await stage.inState('working');
      lose(attemptFiles(stage.where, 'job.1', 1).log);
      await until('it is said', () => stage.history().some(({ because }) => /log of attempt 1 |^a gap in /.test(because)));
      expect(stage.run()).toMatchObject({ tried: 1, charged: [], attempt: { alive: true } });
      stage.write('go', '');
      await stage.inState('complete');
      expect(stage.lives()).toHaveLength(1);
      await until('it is ended', () => stage.run()?.attempt?.alive === false);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '';
    }),
});

export const lostLogDrills: readonly Drill[] = [
  lostLog('removed', (log) => rmSync(log)),
  lostLog('replaced by another file', (log) => {
    writeFileSync(`${log}.new`, 'what somebody else wrote\n');
    renameSync(`${log}.new`, log);
  }),
  lostLog('emptied', (log) => truncateSync(log)),
];
