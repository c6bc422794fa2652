import { identify } from '../../../../src/system/process/process.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { copyState, keepsItOccupied, putBack } from '../put-back.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { atWork, endOf } from '../watching.ts';

export const restored: Drill = {
  name: 'an older copy of the complete state directory is put back while an agent lives that it does not know',
  holds: 'no second agent is started beside it, a person is notified, nothing is charged; when it is gone the job continues on request',
  play: () =>
    onStage(async (stage) => {
      stage.agent('[ $n -ge 3 ] && echo x >done; while [ ! -e go$n ]; do sleep 0.05; done; exit $n');
      const first = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)]);
      await stage.inState('working');
      await stage.kill(first.identity);
      copyState(stage);
      const second = await atWork(stage);
      stage.write('go1', '');
      await until('attempt 2 is known', () => stage.run()?.attempt?.number === 2 && stage.run()?.state === 'working');
      const living = (await until('its agent lives', () => identify(stage.lives()[1]?.pid ?? 0)))!;
      await stage.kill(second.identity);
      putBack(stage);

      const third = await atWork(stage);
      await keepsItOccupied(stage, living);
      await stage.inState('complete');
      stage.write('go3', '');
      await expectSound(stage, (await endOf(stage, third)).stderr);
      return '';
    }),
};
