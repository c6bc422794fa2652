import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { until } from '../../../kit/until.ts';
import { withInotifyLimits } from '../../inotify-limits.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN, THREE_LIVES } from '../story.ts';
import { atWork, endOf } from '../watching.ts';

const withoutInotify = (name: string, limits: Readonly<Record<string, number>>): Drill => ({
  name,
  holds: 'deaths, requests and the done file are still noticed, and what is missing is reported',
  play: (context) =>
    onStage(async (stage) => {
      const watching = await atWork(stage, withInotifyLimits(context, limits));
      stage.agent(THREE_LIVES);
      await stage.does(RUN);
      const { stderr } = await endOf(stage, watching);
      expect(stderr).toMatch(/ENOSPC|EMFILE/);
      await expectSound(stage, stderr);
      return '';
    }),
});

const withoutDescriptors: Drill = {
  name: 'no file descriptor is free, for a while',
  holds: 'the watchdog lives on, and a job that died meanwhile continues when descriptors are free again',
  play: ({ skip }) =>
    onStage(async (stage) => {
      stage.agent('[ $n = 1 ] && { while [ ! -e go ]; do sleep 0.1; done; exit 1; }; [ -e enough ] && echo x >done; exit $((n % 7 + 1))');
      const watching = await atWork(stage);
      await stage.does(['run', '--detach', ...RUN.slice(1)], { env: { DOGWATCH_MAX_RESUMES: '500' } });
      await stage.inState('working');
      const { pid } = watching.identity;
      const limit = (files: string) => execFileSync('prlimit', ['--pid', `${pid}`, `--nofile=${files}:`], { stdio: 'pipe' });
      try {
        limit('1');
      } catch (error) {
        skip(`no limit can be set here: ${error instanceof Error ? error.message : error}`);
      }
      stage.write('go', '');
      await until('it is said', () => /attempt .* EMFILE/.test(watching.said()) || watching.isDead());
      if (watching.isDead()) throw new Error(JSON.stringify(await watching.ended));
      expect(stage.run()?.state).toBe('working');
      limit('1024');
      stage.write('enough', '');
      await stage.inState('complete');
      const { stderr } = await endOf(stage, watching);
      await expectSound(stage, stderr);
      return '';
    }),
};

export const limitDrills: readonly Drill[] = [
  withoutInotify('no file can be watched (inotify watches)', { max_inotify_watches: 0 }),
  withoutInotify('there is no inotify (instances)', { max_inotify_instances: 0 }),
  withoutDescriptors,
];
