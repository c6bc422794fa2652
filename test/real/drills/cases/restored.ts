import { cpSync, renameSync } from 'node:fs';
import { expect } from 'vitest';
import { identify, isAlive } from '../../../../src/system/process/process.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { atWork, endOf } from '../watching.ts';

export const restored: Drill = {
  name: 'an older copy of the complete state directory is put back while an agent lives that it does not know',
  holds: 'no second agent is started beside it, a person is notified, nothing is charged; when it is gone the job continues on request',
  play: () =>
    onStage(async (stage) => {
      const copy = `${stage.directory}/copy`;
      stage.agent('[ $n -ge 3 ] && echo x >done; while [ ! -e go$n ]; do sleep 0.05; done; exit $n');
      const first = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)]);
      await stage.inState('working');
      await stage.kill(first.identity);
      // Without the pipes that identify living processes.
      cpSync(stage.where.stateDir, copy, { recursive: true, filter: (path) => !/\/alive(-\d)?$/.test(path) });
      const second = await atWork(stage);
      stage.write('go1', '');
      await until('attempt 2 is known', () => stage.run()?.attempt?.number === 2 && stage.run()?.state === 'working');
      const living = (await until('its agent lives', () => identify(stage.lives()[1]?.pid ?? 0)))!;
      await stage.kill(second.identity);
      renameSync(stage.where.stateDir, `${stage.directory}/aside`);
      renameSync(copy, stage.where.stateDir);

      const third = await atWork(stage);
      const held = await stage.inState('escalated');
      expect(held).toMatchObject({ charged: [], because: expect.stringContaining(`${living.pid} (`) });
      expect([stage.lives().length, isAlive(living)]).toEqual([2, true]);
      stage.write('go2', '');
      await until('it is gone', () => !isAlive(living));
      await stage.does(['resume', 'job']);
      await stage.inState('complete');
      stage.write('go3', '');
      await expectSound(stage, (await endOf(stage, third)).stderr);
      return '';
    }),
};
