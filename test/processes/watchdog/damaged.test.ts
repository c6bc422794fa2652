import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { ended, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
const SLEEPS = ['--done-file', 'never', '--', 'sleep', '1000'];
const PAGE_BYTES = 4096;

const copyOf = (stage: Stage) => join(stage.where.stateDir, 'copies', '2026-03-04T03-00-00.backup');

const copied = async (stage: Stage) => {
  await stage.does(['run', '--detach', '--name', 'held', ...SLEEPS]);
  await stage.does(['run', '--detach', '--name', 'ended', ...SLEEPS]);
  stage.agent('[ $n -ge 3 ] && exec sleep 1000; while [ ! -f die$n ]; do sleep 0.05; done; exit $n');
  await stage.does(RUN);
  await until('attempt 1 is known', () => stage.run()?.attempt?.alive);
  mkdirSync(join(stage.where.stateDir, 'copies'), { mode: 0o700 });
  await stage.does(['backup', copyOf(stage)]);
};

/** Overwrites the first page of the runs, after moving the complete log into the database. */
function garble({ where: { database } }: Stage): void {
  const db = new DatabaseSync(database);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'runs'").get() as { rootpage: number };
  db.close();
  const bytes = readFileSync(database);
  bytes.fill(0xa5, (rootpage - 1) * PAGE_BYTES, rootpage * PAGE_BYTES);
  writeFileSync(database, bytes);
}

const asideIn = ({ where }: Stage) => readdirSync(where.stateDir).filter((name) => name.startsWith('damaged-'));

const dying = async (stage: Stage) => {
  for (const start of [1, 2]) {
    await until(`start ${start}`, () => stage.lives().length === start);
    stage.write(`die${start}`, '');
  }
  await until('attempt 3 is known', () => stage.run()?.attempt?.number === 3 && stage.run()?.attempt?.alive);
};

story(
  'a damaged database: the last copy replaces it automatically, and nothing but words is lost, nothing is doubled or restarted',
  async ({ stage }) => {
    await copied(stage);
    await dying(stage);
    await stage.does(['pause', 'held']);
    await stage.does(['stop', 'ended']);
    await stage.does(['run', '--detach', '--name', 'newer', ...SLEEPS]);
    const newer = await until('its agent lives', () => stage.run('newer')?.attempt?.shim);
    const agent = stage.run()!.attempt!.shim!;
    await stage.kill(stage.watchdog()!);
    garble(stage);
    expect(await stage.dogwatch(['status'])).toMatchObject({ code: 69, stderr: expect.stringContaining('dogwatch watch') });

    await stage.watch();
    await until('attempt 3 is known again', () => stage.run()?.attempt?.number === 3);
    expect(stage.run()).toMatchObject({ tried: 3, charged: [], attempt: { alive: true } });
    expect([isAlive(agent), isAlive(newer), stage.lives().length]).toEqual([true, true, 3]);
    await stage.inState('stopped', 'ended');
    await until('the pause is known', () => stage.run('held')?.paused);
    const { stdout } = await stage.does(['status', '--json']);
    const causes = JSON.parse(stdout).notices.map(({ cause }: { cause: string }) => cause);
    expect(causes).toEqual(expect.arrayContaining(['state damaged', 'state forgotten', 'lost/job.1']));
    const doctor = (await stage.dogwatch(['doctor'])).stdout;
    expect(doctor).toMatch(/warn {2}damage .*replaced by the copy/);
    expect(doctor).toMatch(new RegExp(`warn {2}forgotten runs .*newer\\.1 \\(up to attempt 1, process .*${newer.pid}`));
    const [aside = '', ...more] = asideIn(stage);
    expect(more).toEqual([]);
    expect(statSync(join(stage.where.stateDir, aside, 'dogwatch.db')).mode & 0o777).toBe(0o600);

    await stage.does(['run', '--detach', '--name', 'newer', ...SLEEPS]);
    expect(stage.run('newer')?.id).toBe('newer.2');
    const last = stage.watchdog()!;
    await stage.kill(last);
    await stage.watch();
    const rows = (await stage.does(['history', '--host'])).stdout
      .split('\n')
      .filter((line) => line.includes('replaced it: what was decided'));
    expect(rows).toHaveLength(1);
    await stage.does(['stop', 'job']);
    signalProcess(newer, 'SIGKILL');
  },
);

story(
  'kill -9 of the watchdog at any moment of that: the next one completes it, and agents are neither lost nor doubled',
  async ({ stage }) => {
    await copied(stage);
    await dying(stage);
    const agent = stage.run()!.attempt!.shim!;
    await stage.kill(stage.watchdog()!);
    garble(stage);
    for (let delayMs = 0; asideIn(stage).length === 0; delayMs += 15) {
      const child = stage.start(['watch']);
      await setTimeout(100 + delayMs);
      child.kill('SIGKILL');
      await ended(child);
    }
    await stage.watch();
    await until('attempt 3 is known', () => stage.run()?.attempt?.number === 3);
    expect([asideIn(stage).length, stage.lives().filter(({ overlaps }) => overlaps)]).toEqual([1, []]);
    expect([isAlive(agent), stage.lives().length, identify(agent.pid)]).toEqual([true, 3, agent]);
    expect(readdirSync(stage.where.stateDir)).not.toContain('replacing');
  },
);

story('two watchdogs find the damage at once: one repairs it and works, the other steps aside', async ({ stage }) => {
  await copied(stage);
  await stage.kill(stage.watchdog()!);
  garble(stage);
  const both = [stage.start(['watch']), stage.start(['watch'])];
  const first = await Promise.race(both.map(async (child) => ({ child, ...(await ended(child)) })));
  expect(first).toMatchObject({ code: 75 });
  const other = both.find((child) => child !== first.child);
  await until('the other one works', () => stage.watchdog()?.pid === other?.pid);
  expect([asideIn(stage).length, stage.lives().length]).toEqual([1, 1]);
});

story('the hourly gate starts a watchdog that repairs it', async ({ stage }) => {
  await copied(stage);
  await stage.kill(stage.watchdog()!);
  garble(stage);
  await stage.does(['supervise']);
  expect(asideIn(stage)).toHaveLength(1);
  await until('the watchdog runs', () => stage.watchdog());
});
