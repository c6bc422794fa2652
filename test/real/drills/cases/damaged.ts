import { closeSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Run } from '../../../../src/core/model/run.ts';
import type { Layout } from '../../../../src/store/directory/layout.ts';
import { identify, isAlive } from '../../../../src/system/process/process.ts';
import type { Ran, Stage } from '../../../kit/stage.ts';
import { until } from '../../../kit/until.ts';
import type { Drill } from '../drill.ts';
import { onStage } from '../on-stages.ts';
import { expectSound } from '../sound.ts';
import { RUN } from '../story.ts';
import { endOf, startWatchdog, type Watching } from '../watching.ts';

const PAGE_BYTES = 4096;
const LONG_MS = 120_000;
const LOOK_EVERY_MS = 50;
const WATCHDOG = { DOGWATCH_PROMPT_AFTER: '0s' };

/** Overwrites a part of a file with garbage. */
function garble(path: string, part: (bytes: number) => readonly [from: number, to: number]): void {
  const fd = openSync(path, 'r+');
  try {
    const [from, to] = part(fstatSync(fd).size);
    expect(to).toBeGreaterThan(from);
    writeSync(fd, Buffer.alloc(to - from, 0xa5), 0, to - from, from);
  } finally {
    closeSync(fd);
  }
}

/** Moves the WAL into the database. */
function checkpoint({ database }: Layout): void {
  const db = new DatabaseSync(database, { timeout: 5000 });
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

/** What the state says about the job, or null if nothing can be read. */
function runIn(stage: Stage): Run | null {
  try {
    return stage.run();
  } catch {
    return null;
  }
}

/** A command may answer, or refuse with a reason and a status; it never breaks. */
function expectClear({ code, stderr }: Ran): void {
  expect([0, 1, 66, 69, 75, 78]).toContain(code);
  expect(stderr).not.toMatch(/^\s+at /m);
  if (code !== 0) expect(stderr).toMatch(/^dogwatch: |^$/m);
}

/** Does what a person would do next, until the job is complete. */
async function bringToItsEnd(stage: Stage, backup: string): Promise<{ readonly watching: Watching; readonly restored: boolean }> {
  let [watching, restored] = [startWatchdog(stage, [], WATCHDOG), false];
  const deadline = performance.now() + LONG_MS;
  while (performance.now() < deadline) {
    if (watching.isDead()) {
      const ended = await watching.ended;
      expectClear(ended);
      expect([ended.code, restored]).toEqual([69, false]);
      expectClear(await stage.dogwatch(['doctor']));
      const living = stage.lives().flatMap(({ pid }) => identify(pid) ?? []);
      // Nothing may start it again while it is alive.
      if (living.length > 0) expect(await stage.dogwatch(['restore', backup])).toMatchObject({ code: 75 });
      stage.write('go3', '');
      await until('no agent lives', () => !living.some(isAlive));
      await stage.does(['restore', backup]);
      [watching, restored] = [startWatchdog(stage, [], WATCHDOG), true];
    }
    const run = runIn(stage);
    if (run?.state === 'complete' && run.attempt?.alive !== true) return { watching, restored };
    if (run?.attempt?.number === 3 || run?.state === 'escalated') stage.write('go3', '');
    const isHeld = run?.state === 'escalated' && stage.watchdog() !== null && stage.lives().every(({ pid }) => identify(pid) === null);
    if (isHeld) await stage.dogwatch(['resume', 'job']);
    await setTimeout(LOOK_EVERY_MS);
  }
  throw new Error('the job was not brought to its end');
}

const damaged = (what: string, damage: (where: Layout) => void): Drill => ({
  name: `${what}, while an agent lives`,
  holds:
    'the watchdog continues, or ends with the reason and a status; `status`, `doctor` and `restore` answer; no second agent is started, no number is used twice, nothing is charged that did not happen, and the job is completed',
  play: () =>
    onStage(async (stage) => {
      stage.agent('[ $n -ge 4 ] && { echo x >done; exit 1; }; while [ ! -e go$n ]; do sleep 0.05; done; exit $n');
      const backup = `${stage.directory}/copy.backup`;
      const first = startWatchdog(stage, [], WATCHDOG);
      const attempt = (number: number) =>
        until(`attempt ${number} is at work`, () => {
          const run = stage.run();
          return run?.attempt?.number === number && run.state === 'working' && run;
        });
      await until('a watchdog runs', () => stage.watchdog());
      await stage.does(['run', '--detach', ...RUN.slice(1)]);
      await attempt(1);
      checkpoint(stage.where);
      stage.write('go1', '');
      await attempt(2);
      await stage.does(['backup', backup]);
      stage.write('go2', '');
      await attempt(3);
      first.child.kill('SIGKILL');
      await first.ended;
      damage(stage.where);

      for (const command of [['status'], ['status', '--json'], ['doctor'], ['history', 'job']]) expectClear(await stage.dogwatch(command));
      const { watching, restored } = await bringToItsEnd(stage, backup);
      const started = stage.lives().map(({ attempt: number }) => number);
      expect(stage.run()?.charged.filter((number) => !started.includes(number))).toEqual([]);
      expect(started.slice(0, 3)).toEqual([1, 2, 3]);
      await expectSound(stage, (await endOf(stage, watching)).stderr);
      return restored ? 'repaired by `restore`' : 'by itself';
    }),
});

export const damagedDrills: readonly Drill[] = [
  damaged('four pages of the database are overwritten', ({ database, ...where }) => {
    checkpoint({ database, ...where });
    garble(database, (bytes) => {
      const middle = Math.floor(bytes / PAGE_BYTES / 2) * PAGE_BYTES;
      return [middle, Math.min(middle + 4 * PAGE_BYTES, bytes)];
    });
  }),
  damaged('the write-ahead log of the database is lost', ({ database }) => {
    for (const end of ['-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
  }),
  damaged('half of the write-ahead log is overwritten', ({ database }) => {
    garble(`${database}-wal`, (bytes) => [Math.floor(bytes / 2), bytes]);
    rmSync(`${database}-shm`, { force: true });
  }),
];
