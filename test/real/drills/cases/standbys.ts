import { closeSync, cpSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { identify, isAlive, signalProcess } from '../../../../src/system/process/process.ts';
import type { Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { mountOver } from '../mounted.ts';
import { onStage } from '../on-stages.ts';
import { copyState, keepsItOccupied, putBack } from '../put-back.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { isPrepared, prepared, waiting } from '../waiting.ts';
import { atWork, endOf } from '../watching.ts';

const PATIENT = { DOGWATCH_MAX_RESUMES: '500' };
const detached = (stage: Stage, env: Readonly<Record<string, string>> = {}) =>
  stage.does(['run', '--detach', ...RUN.slice(1)], { env: { ...PATIENT, ...env } });

/** The agent of the latest start. */
const latest = (stage: Stage) => identify(stage.lives().at(-1)?.pid ?? 0);
const dies = (stage: Stage) => signalProcess(latest(stage)!, 'SIGKILL');
const lived = (stage: Stage, starts: number) => until(`start ${starts}`, () => stage.lives().length >= starts && latest(stage) !== null);

const WAITS = 'echo "$WHICH" >>which; [ -e finish ] && { echo x >done; exit; }; exec sleep 1000';

/** At the moment in which an agent dies, everything about what waits for its death is wrong. */
const unusable: Drill = {
  name: 'what waits for the death of an agent is killed, stopped, or out of date',
  holds: 'the next attempt is started once, in the usual way, with the variables and the directory of that moment',
  play: () =>
    onStage(async (stage) => {
      stage.agent(WAITS);
      const watching = await atWork(stage);
      await detached(stage, { WHICH: 'first' });
      const changes: readonly (() => void)[] = [
        () => waiting(stage).forEach((one) => void signalProcess(one, 'SIGKILL')),
        () => signalProcess(waiting(stage)[0]!, 'SIGKILL'),
        () => signalProcess(waiting(stage)[1]!, 'SIGKILL'),
        () => waiting(stage).forEach((one) => void signalProcess(one, 'SIGSTOP')),
        () => {
          const [file = ''] = readdirSync(stage.where.environments);
          const path = join(stage.where.environments, file);
          writeFileSync(path, readFileSync(path, 'utf8').replace('"first"', '"second"'));
        },
        () => {
          // The same name, another directory.
          cpSync(stage.cwd, `${stage.cwd}-copy`, { recursive: true });
          renameSync(stage.cwd, `${stage.cwd}-aside`);
          renameSync(`${stage.cwd}-copy`, stage.cwd);
        },
        () => {
          for (const name of readdirSync(join(stage.where.runs, 'job.1')).filter((one) => one.startsWith('alive')))
            rmSync(join(stage.where.runs, 'job.1', name));
        },
      ];
      for (const [index, change] of changes.entries()) {
        await lived(stage, index + 1);
        await isPrepared(stage);
        const before = prepared(stage).filter(({ isWaiting }) => isWaiting);
        change();
        dies(stage);
        await lived(stage, index + 2);
        for (const { identity } of before) if (isAlive(identity)) signalProcess(identity, 'SIGCONT');
      }
      expect(stage.lives().map(({ attempt }) => attempt)).toEqual(changes.map((_, index) => index + 1).concat(changes.length + 1));
      // It counts as begun before its first words.
      await until('the last has said which it is', () => stage.lines('which').length > changes.length);
      expect(stage.lines('which')).toEqual([...Array(5).fill('first'), 'second', 'second', 'second']);
      stage.write('finish', '');
      dies(stage);
      await stage.inState('complete');
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return `${changes.length} ways`;
    }),
};

const SHORT_LIVES = 40;

const shortLives: Drill = {
  name: 'agents die at any time after their start, also while the next attempt is being prepared',
  holds: 'what is being prepared is never taken for an agent that was left behind: every attempt follows the one before',
  play: () =>
    onStage(async (stage) => {
      stage.agent(`[ $n -ge ${SHORT_LIVES} ] && { echo x >done; exit; }; sleep 0.$((10 + n * 7 % 30)); exit $((n % 7 + 1))`);
      const watching = await atWork(stage);
      await detached(stage);
      await stage.inState('complete');
      expect(stage.history().filter(({ because }) => because.includes('was not started'))).toEqual([]);
      expect(stage.lives().map(({ attempt }) => attempt)).toEqual(Array.from({ length: SHORT_LIVES }, (_, index) => index + 1));
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return `${SHORT_LIVES} lives`;
    }),
};

/** Ends every process of the state's runs, but not itself and its parent. */
const KILLER = `for dir in /proc/[0-9]*; do pid=\${dir#/proc/}; [ $pid = $$ ] && continue; [ $pid = $PPID ] && continue
grep -qsz "^DOGWATCH_STATE_DIR=$DOGWATCH_STATE_DIR" $dir/environ && grep -qsz '^DOGWATCH_ATTEMPT=' $dir/environ && kill -9 $pid; done`;

const killer: Drill = {
  name: 'an agent kills what waits to follow it, as soon as it finds it',
  holds: 'it works on, and is followed when it dies itself; the watchdog does not start what is killed again and again',
  play: () =>
    onStage(async (stage) => {
      stage.agent(`[ $n -ge 4 ] && { echo x >done; exit; }; until [ -e go$n ]; do ${KILLER}; sleep 0.2; done 2>/dev/null; exit $n`);
      const watching = await atWork(stage);
      await detached(stage);
      for (const life of [1, 2, 3]) {
        await lived(stage, life);
        const pids = new Set<number>();
        const from = performance.now();
        await until('it has killed for a while', () => {
          for (const { pid } of waiting(stage)) pids.add(pid);
          return performance.now() - from > 3000;
        });
        // It is made once, and a child that starts to look for its own end may be seen beside it.
        expect(pids.size).toBeLessThanOrEqual(4);
        stage.write(`go${life}`, '');
      }
      await stage.inState('complete');
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '';
    }),
};

const copied: Drill = {
  name: 'a copy of the state is made while an attempt waits, and put back when that attempt works',
  holds: 'the agent that the copy knows only as one that waits is not taken for that: no second one is started beside it',
  play: () =>
    onStage(async (stage) => {
      stage.agent('[ $n -ge 3 ] && echo x >done; while [ ! -e go$n ]; do sleep 0.05; done; exit $n');
      const first = await atWork(stage);
      await detached(stage);
      await lived(stage, 1);
      await isPrepared(stage);
      copyState(stage);
      stage.write('go1', '');
      await lived(stage, 2);
      const living = latest(stage)!;
      await until('attempt 2 is known', () => stage.run()?.attempt?.number === 2 && stage.run()?.state === 'working');
      await stage.kill(first.identity);
      putBack(stage);
      const second = await atWork(stage);
      await keepsItOccupied(stage, living);
      stage.write('go3', '');
      await stage.inState('complete');
      await expectSound(stage, (await endOf(stage, second)).stderr);
      return '';
    }),
};

const fullDisk: Drill = {
  name: 'the disk with the files of the runs is full when an agent dies whose next attempt waits',
  holds: 'what cannot be started is said, nothing is started twice, and the job continues as soon as there is room',
  play: (surroundings) =>
    onStage(async (stage, atEnd) => {
      mountOver(surroundings, atEnd, stage.where.runs, 4);
      stage.agent(WAITS);
      const watching = await atWork(stage);
      await detached(stage);
      await lived(stage, 1);
      await isPrepared(stage);
      const filler = join(stage.where.runs, 'filler');
      fill(filler);
      dies(stage);
      await until('a start has failed', () => stage.history().some(({ because }) => because.includes('could not be started')));
      expect(stage.lives()).toHaveLength(1);
      rmSync(filler);
      await lived(stage, 2);
      stage.write('finish', '');
      dies(stage);
      await stage.inState('complete');
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return '';
    }),
};

/** Leaves no byte free. */
function fill(path: string): void {
  const fd = openSync(path, 'a');
  try {
    while (writeSync(fd, Buffer.alloc(4096, 1)) > 0);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(fd);
  }
}

export const standbyDrills: readonly Drill[] = [unusable, shortLives, killer, copied, fullDisk];
