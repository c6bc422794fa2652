import { join } from 'node:path';
import { expect } from 'vitest';
import type { Run } from '../../../../src/core/model/run.ts';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { isRemounted, mountOver } from '../mounted.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { atWork, endOf } from '../watching.ts';

/** For a disk of 64 MiB: critical below 5 MiB. This machine's own disks do not count. */
const SMALL = {
  DOGWATCH_DISK_SOFT: '15%,10MiB',
  DOGWATCH_DISK_CRITICAL: '8%,5MiB',
  DOGWATCH_MIN_RECLAIM: '3%,2MiB',
  DOGWATCH_DISK_GRACE: '0s',
  DOGWATCH_DISK_HOLD: '0s',
  DOGWATCH_STAGGER: '0s',
  DOGWATCH_BALLAST: '1MiB',
};
const DISK_MIB = 64;
const LINE = 'a line like those of a busy tool, which nobody reads, over and over again';

const heldByDisk = (stage: Stage, name = 'job'): Promise<Run | null | false> =>
  until(`a disk holds ${name}`, () => stage.run(name)?.holds.some(({ kind }) => kind === 'disk') && stage.run(name));

const said = (stage: Stage, name: string): string =>
  stage
    .history(name)
    .map(({ because }) => because)
    .join('\n');

const flood: Drill = {
  name: "an agent's log grows without end, on a small disk",
  holds:
    'the log is cut to its limit and the agent works on; an agent that fills the disk is ended and held, and not charged; the others there continue',
  play: (surroundings) =>
    onStage(async (stage, atEnd) => {
      mountOver(surroundings, atEnd, stage.where.stateDir, DISK_MIB);
      const watching = await atWork(stage, [], { ...SMALL, DOGWATCH_MAX_LOG: '8MiB' });
      const start = (name: string, ...command: string[]) =>
        stage.does(['run', '--detach', '--name', name, '--done-file', `${name}.done`, '--', ...command], {
          env: { DOGWATCH_MAX_RESUMES: '500' },
        });
      // 2 MiB at a time.
      const chatter = stage.write(
        'chatter.sh',
        `#!/bin/sh\nwhile [ ! -e hush ]; do yes "${LINE}" | head -c 2097152; sleep 0.3; done\ntouch chatter.done\n`,
        0o755,
      );
      await start('chatter', chatter);
      await until('its log is cut', () => said(stage, 'chatter').includes('(DOGWATCH_MAX_LOG)'));
      expect(stage.run('chatter')).toMatchObject({ tried: 1, attempt: { alive: true } });
      stage.write('hush', '');
      await stage.inState('complete', 'chatter');

      stage.agent('[ -e enough ] && echo x >job.done; sleep 0.3; exit $((n % 7 + 1))');
      await start('job', './agent.sh');
      const flooder = stage.write('flood.sh', `#!/bin/sh\nwhile :; do yes "${LINE}" 2>/dev/null; sleep 0.1; done\n`, 0o755);
      await start('flood', flooder);
      const held = await heldByDisk(stage, 'flood');
      expect(held).toMatchObject({ charged: [], tried: 1, flooded: expect.stringContaining('the log of attempt 1 took') });
      await until('it is ended', () => stage.run('flood')?.attempt?.alive === false);
      const before = stage.lives().length;
      await until('the other one goes on', () => stage.lives().length >= before + 3);
      stage.write('enough', '');
      await stage.inState('complete');
      expect(stage.run('flood')).toMatchObject({ charged: [], tried: 1 });
      expect((await stage.does(['status'])).stdout).toContain('the log of attempt 1 took');
      await stage.does(['stop', 'flood']);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '';
    }),
};

const readOnlyWork: Drill = {
  name: "the filesystem of a run's directory becomes read-only, for a while",
  holds: 'the run is held as on a full disk and not charged, `status` says why, and it continues when the filesystem is writable again',
  play: (surroundings) =>
    onStage(async (stage, atEnd) => {
      const disk = join(stage.directory, 'disk');
      mountOver(surroundings, atEnd, disk, 16);
      // It notes its starts where that is always possible.
      const command = `cd '${stage.cwd}' && exec ./agent.sh`;
      stage.agent(`while [ ! -e go ]; do sleep 0.05; done; echo x >'${disk}/made' || exit 1; echo x >done; exit 1`);
      const watching = await atWork(stage);
      await stage.does(['run', '--detach', '--name', 'job', '--cwd', disk, '--done-file', stage.file('done'), '--', 'sh', '-c', command]);
      await until('the agent runs', () => stage.lives().length === 1);
      await until('it is read-only', () => isRemounted(disk, 'ro'));
      stage.write('go', '');
      const held = await heldByDisk(stage);
      expect(held).toMatchObject({ state: 'waiting', charged: [], holds: [{ because: expect.stringContaining('read-only') }] });
      expect((await stage.does(['status'])).stdout).toContain('read-only');
      const tries = stage.lives().length;
      expect(isRemounted(disk, 'rw')).toBe(true);
      await stage.inState('complete');
      expect([stage.lives().length, stage.run()?.charged]).toEqual([tries + 1, []]);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return tries === 1 ? 'one attempt met it' : `${tries} attempts met it`;
    }),
};

export const diskDrills: readonly Drill[] = [flood, readOnlyWork];
