import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WatchedTime } from '../../src/core/values/watched-time.ts';
import { opencodeLeftovers } from '../../src/reclaimers/opencode-leftovers.ts';
import { operatorCommand } from '../../src/reclaimers/operator-commands.ts';
import { ownLogs } from '../../src/reclaimers/own-logs.ts';
import type { Reclaimer } from '../../src/reclaimers/reclaimer.ts';

const DAY_MS = 86_400_000;
const NOW = { wall: Date.now(), mono: 0 };

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'dogwatch-reclaimers-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function file(path: string, daysOld: number, bytes = 10): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'x'.repeat(bytes));
  touch(path, daysOld);
  return path;
}
const touch = (path: string, daysOld: number) => utimesSync(path, new Date(), new Date(NOW.wall - daysOld * DAY_MS));
const planned = async (reclaimer: Reclaimer) => (await reclaimer.plan(NOW)).items.map(({ id }) => id);
async function applyAll(reclaimer: Reclaimer) {
  const { items } = await reclaimer.plan(NOW);
  return Promise.all(items.map((item) => reclaimer.apply(item, NOW)));
}

/** A watchdog has been watching since the epoch. */
const ALWAYS: WatchedTime = { sinceWall: 0, seenAt: { ...NOW, bootId: 'b' }, shifts: [] };

describe("dogwatch's own logs", () => {
  const logs = (
    runs: string,
    changes: {
      maxAgeDays?: number;
      maxBytes?: number;
      missingBytes?: number;
      missingInodes?: number;
      active?: string[];
      watched?: WatchedTime;
    } = {},
  ) =>
    ownLogs({
      runs,
      isActive: (run) => changes.active?.includes(run) ?? false,
      maxAgeMs: (changes.maxAgeDays ?? 30) * DAY_MS,
      maxBytes: changes.maxBytes ?? 2 ** 40,
      missing: async () => ({ bytes: changes.missingBytes ?? 0, inodes: changes.missingInodes ?? 0 }),
      watched: () => changes.watched ?? ALWAYS,
    });
  const log = (runs: string, run: string, attempt: number, daysOld: number, bytes = 10) =>
    file(join(runs, run, 'attempts', String(attempt), 'log'), daysOld, bytes);

  test('on a full disk the largest are removed first, however young, until there would be enough', async () => {
    const runs = directory();
    log(runs, 'active.1', 1, 1, 900_000);
    const [small, large, largest] = [20_000, 300_000, 500_000].map((bytes, index) => log(runs, `ended.${index}`, 1, 1, bytes));
    expect(await planned(logs(runs, { active: ['active.1'] }))).toEqual([]);
    expect(await planned(logs(runs, { active: ['active.1'], missingBytes: 100_000 }))).toEqual([largest]);
    expect((await planned(logs(runs, { active: ['active.1'], missingBytes: 600_000 }))).sort()).toEqual([large, largest].sort());
    expect(await planned(logs(runs, { active: ['active.1'], missingBytes: 10_000_000 }))).toEqual([small, large, largest]);
  });

  test('on a disk without inodes the oldest are removed first, one for each missing file', async () => {
    const runs = directory();
    log(runs, 'active.1', 1, 9, 900_000);
    const [newest, oldest, middle] = [1, 3, 2].map((daysOld, index) => log(runs, `ended.${index}`, 1, daysOld, 10));
    const planFor = (missingInodes: number) => planned(logs(runs, { active: ['active.1'], missingInodes }));
    expect(await planFor(2)).toEqual([oldest, middle]);
    expect(await planFor(40)).toEqual([oldest, middle, newest]);
  });

  test('are removed when old, with the rest of their attempt, never those of the latest attempts of an active run', async () => {
    const runs = directory();
    const [old] = [1, 2, 3, 4].map((attempt) => log(runs, 'active.1', attempt, 40));
    const ended = log(runs, 'ended.1', 1, 31);
    const young = log(runs, 'ended.1', 2, 29);
    const [exit, newest] = [1, 2].map((attempt) => file(join(runs, 'ended.1', 'attempts', String(attempt), 'exit'), 40));
    const one = logs(runs, { active: ['active.1'] });
    expect(await planned(one)).toEqual([old, ended]);
    expect(await applyAll(one)).toMatchObject([{ kind: 'freed' }, { kind: 'freed' }]);
    expect([old, ended, exit, young, newest].map((path) => existsSync(path!))).toEqual([false, false, false, true, true]);
    expect(await planned(one)).toEqual([]);
  });

  test('leave the directory of the highest attempt, which shows which numbers were used', async () => {
    const runs = directory();
    const [first, last] = [1, 2].map((attempt) => log(runs, 'ended.1', attempt, 40));
    // Written at the same moment, so that only the number tells which is the older one.
    const { mtime } = statSync(last!);
    for (const path of [last!, first!]) utimesSync(path, mtime, mtime);
    const claim = file(join(runs, 'ended.1', 'attempts', '2', 'claim'), 40);
    await applyAll(logs(runs, { active: [] }));
    expect([dirname(first!), last, claim].map((path) => existsSync(path!))).toEqual([false, false, true]);
  });

  test('of recovery agents are removed the same way', async () => {
    const runs = directory();
    log(runs, 'active.1', 9, 1);
    const [old] = [1, 2, 3, 4].map((number) => file(join(runs, 'active.1', 'recoveries', String(number), 'log'), 40));
    const one = logs(runs, { active: ['active.1'] });
    expect((await one.plan(NOW)).items).toMatchObject([{ id: old, what: 'log of active.1, recovery agent 1' }]);
    expect(await applyAll(one)).toMatchObject([{ kind: 'freed' }]);
  });

  test('are removed, the oldest first, while they are too large together', async () => {
    const runs = directory();
    const paths = [3, 2, 1].map((daysOld) => log(runs, `run-${daysOld}`, 1, daysOld, 8192));
    expect(await planned(logs(runs, { maxBytes: 8192 }))).toEqual(paths.slice(0, 2));
    expect(await planned(logs(runs, { maxBytes: 2 ** 20 }))).toEqual([]);
  });

  test('are spared when they are written to meanwhile, or their run has become active', async () => {
    const runs = directory();
    const path = log(runs, 'run', 1, 40);
    const active: string[] = [];
    const one = logs(runs, { active });
    const [item] = (await one.plan(NOW)).items;
    touch(path, 0);
    expect(await one.apply(item!, NOW)).toMatchObject({ kind: 'spared' });
    touch(path, 40);
    active.push('run');
    expect(await one.apply(item!, NOW)).toEqual({ kind: 'spared', because: 'its run is active' });
    expect(existsSync(path)).toBe(true);
  });

  test('may be missing', async () => {
    expect(await logs(join(directory(), 'none')).plan(NOW)).toMatchObject({ items: [], problem: null });
  });
});

test("opencode's old logs and snapshots are removed; its present log, its database and the targets of links stay", async () => {
  const home = directory();
  const place = (path: string) => join(home, 'opencode', path);
  const stale = [file(place('log/2026-01-01T101010.log'), 20), dirname(file(place('snapshot/old/objects/a'), 20))];
  const outside = file(join(home, 'elsewhere', 'work'), 20);
  symlinkSync(dirname(outside), place('snapshot/old/link'));
  for (const path of [place('snapshot/old/objects'), place('snapshot/old')]) touch(path, 20);
  const stays = [
    file(place('log/opencode.log'), 20),
    file(place('log/2026-01-02T101010.log'), 1),
    file(place('opencode.db'), 20),
    file(place('snapshot/new/a'), 1),
    outside,
  ];
  const one = opencodeLeftovers({ XDG_DATA_HOME: home }, 7 * DAY_MS);
  // A link is as old as its own creation.
  expect((await planned(one)).map((path) => path.replace(home, ''))).toEqual(['/opencode/log/2026-01-01T101010.log']);
  rmSync(place('snapshot/old/link'));
  for (const path of [place('snapshot/old/objects'), place('snapshot/old')]) touch(path, 20);
  expect(await applyAll(one)).toMatchObject([{ kind: 'freed' }, { kind: 'freed' }]);
  expect(stale.map((path) => existsSync(path))).toEqual([false, false]);
  expect(stays.map((path) => existsSync(path))).toEqual(stays.map(() => true));
});

describe("an operator's command", () => {
  const command = (entry: string, deadlineMs = 60_000) => operatorCommand({ entry, environment: { PATH: process.env.PATH }, deadlineMs });

  test.each<[string, object]>([
    ['echo freed much', { kind: 'freed', claimedBytes: null, because: 'freed much' }],
    ['echo no >&2; exit 3', { kind: 'failed', because: 'exit status 3: no' }],
  ])('%s', async (entry, outcome) => {
    expect(await applyAll(command(entry))).toEqual([outcome]);
  });

  test('is ended at its deadline', async () => {
    expect(await applyAll(command('sleep 60', 100))).toMatchObject([
      { kind: 'failed', because: expect.stringContaining('ended after 100 ms') },
    ]);
  });

  test('names the disk that it frees, or may free any', async () => {
    expect(await command('@/nix nix-collect-garbage').paths()).toEqual(['/nix']);
    expect(command('@/nix nix-collect-garbage').name).toBe('command: nix-collect-garbage');
    expect(await command('cleanup').paths()).toBe('anywhere');
  });
});
