import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tidyLogs } from '../../src/effects/tidy-logs.ts';
import { ownLogs } from '../../src/reclaimers/own-logs.ts';
import { type Layout, layout } from '../../src/store/directory/layout.ts';
import { lockReclaim } from '../../src/store/lease/reclaim-lock.ts';

const DAY_MS = 86_400_000;

function state() {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-logs-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const where = layout(join(base, 'state'));
  mkdirSync(where.stateDir, { mode: 0o700 });
  return where;
}

function log({ runs }: Layout, run: string, attempt: number, daysOld: number): string {
  const path = join(runs, run, 'attempts', String(attempt), 'log');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'what the agent said\n');
  utimesSync(path, new Date(), new Date(Date.now() - daysOld * DAY_MS));
  return path;
}

const logsOf = ({ runs }: Layout) =>
  ownLogs({
    runs,
    isActive: (run) => run === 'active.1',
    maxAgeMs: 30 * DAY_MS,
    maxBytes: Number.POSITIVE_INFINITY,
    missing: async () => ({ bytes: 0, inodes: 0 }),
    watched: () => ({ sinceWall: 0, seenAt: { wall: 0, mono: 0, bootId: 'b' }, shifts: [] }),
  });

test('old logs are removed without any pressure: of ended runs, and of attempts that ended long ago', async () => {
  const where = state();
  const gone = [log(where, 'ended.1', 1, 40), log(where, 'active.1', 1, 40)];
  const kept = [log(where, 'ended.2', 1, 20), ...[2, 3, 4].map((attempt) => log(where, 'active.1', attempt, 40))];
  expect(await tidyLogs(where, [logsOf(where)])).toBe('2 old logs were removed (8 KiB)');
  expect(gone.map((path) => existsSync(path))).toEqual([false, false]);
  expect(kept.every((path) => existsSync(path))).toBe(true);
  expect(await tidyLogs(where, [logsOf(where)])).toBeNull();
});

test('nothing is removed while another process frees space, or if that is switched off', async () => {
  const where = state();
  const old = log(where, 'ended.1', 1, 40);
  const lock = lockReclaim(where, process.pid, () => false);
  expect(await tidyLogs(where, [logsOf(where)])).toBeNull();
  if (lock.kind === 'ours') lock.release();
  expect(await tidyLogs(where, [])).toBeNull();
  expect(existsSync(old)).toBe(true);
});

test('a failure is reported and not thrown', async () => {
  const where = state();
  log(where, 'ended.1', 1, 40);
  const broken = { ...logsOf(where), apply: async () => ({ kind: 'failed' as const, because: 'EROFS: it is read-only' }) };
  expect(await tidyLogs(where, [broken])).toBe('0 old logs were removed (0 bytes); EROFS: it is read-only');
});
