import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { startTraced, whyNoStrace } from '../injected.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN, THREE_LIVES } from '../story.ts';
import { endOf } from '../watching.ts';

const FAILED_STARTS = 3;

export const killedStarts: Drill = {
  name: 'kill -9 of every process that the watchdog starts, for a while',
  holds: 'each start fails with a reason, none counts as an attempt that lived, and the job continues when processes can be started again',
  play: ({ skip }) =>
    onStage(async (stage) => {
      const missing = whyNoStrace();
      if (missing !== null) skip(missing);
      stage.agent(THREE_LIVES);
      // The first execve of each process, except that of the watchdog itself.
      const traced = startTraced(stage, ['-f', '-e', 'trace=execve', '-e', 'inject=execve:signal=SIGKILL:when=1']);
      await until('the watchdog runs', () => stage.watchdog());
      await stage.does(['run', '--detach', ...RUN.slice(1)], { env: { DOGWATCH_MAX_RESUMES: '500' } });
      const failed = () => stage.history().filter(({ because }) => because.includes('could not be started')).length;
      await until('starts have failed', () => failed() >= FAILED_STARTS);
      if (stage.lives().length > 0) throw new Error('an agent lived');
      // Without strace everything continues as if it had never been there.
      traced.child.kill('SIGKILL');
      await stage.inState('complete');
      await expectSound(stage, (await endOf(stage, traced)).stderr);
      return '';
    }),
};
