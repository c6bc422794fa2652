import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { claimForNobody, readClaimed } from '../../../src/launch/attempt/record.ts';
import { making, orphansOf, recordStandby, removeCommands, standbysOf } from '../../../src/launch/standby/record.ts';
import { attemptFiles, layout, standbyCommand, standbyRecord } from '../../../src/store/directory/layout.ts';
import { identify } from '../../../src/system/process/process.ts';
import type { SeenProcess } from '../../../src/system/process/seen-process.ts';

const RUN = 'job.1';
const MARK = `${RUN}/2/0123456789abcdef01234567`;
const SELF = identify(process.pid)!;
const NOBODY = { ...SELF, startTicks: SELF.startTicks + 1 };

function state() {
  const where = layout(mkdtempSync(join(tmpdir(), 'dogwatch-record-')));
  onTestFinished(() => rmSync(where.stateDir, { recursive: true }));
  mkdirSync(dirname(standbyRecord(where, RUN)), { recursive: true });
  return where;
}

const seen = (identity: typeof SELF, mark: string | null = MARK): SeenProcess => ({ identity, mark }) as SeenProcess;

test('what is being made waits, by its mark; what could not be made does for ever', async () => {
  const where = state();
  await making(MARK, async () => {
    expect(standbysOf(where, RUN)(seen(SELF))).toBe(true);
    expect(standbysOf(where, RUN)(seen(SELF, `${RUN}/2/another`))).toBe(false);
    return 'made';
  });
  expect(standbysOf(where, RUN)(seen(SELF))).toBe(false);
  await making(MARK, async () => null);
  expect(standbysOf(where, RUN)(seen(SELF))).toBe(true);
});

test('what was made waits until its attempt is claimed in its name', () => {
  const where = state();
  recordStandby(where, RUN, { attempt: 2, shim: SELF, command: SELF });
  expect([standbysOf(where, RUN)(seen(SELF, null)), standbysOf(where, RUN)(seen(NOBODY, null))]).toEqual([true, false]);
  expect(orphansOf(where, RUN)).toEqual([]);
  claimForNobody(attemptFiles(where, RUN, 2));
  expect(standbysOf(where, RUN)(seen(SELF, null))).toBe(true);
});

test('what a dead watchdog made is not exempt: it leaves, or it is an agent by now', () => {
  const where = state();
  writeFileSync(standbyRecord(where, RUN), JSON.stringify([{ attempt: 2, shim: SELF, command: SELF, by: NOBODY }]));
  expect(standbysOf(where, RUN)(seen(SELF, null))).toBe(false);
  expect(orphansOf(where, RUN)).toEqual([SELF, SELF]);
});

test('commands that nobody took away are removed, and nothing else', () => {
  const where = state();
  writeFileSync(standbyCommand(where, RUN, 'abc'), 'set -- true\n');
  writeFileSync(standbyRecord(where, RUN), '[]');
  removeCommands(where, RUN);
  removeCommands(where, 'unknown.1');
  expect(readdirSync(dirname(standbyRecord(where, RUN)))).toEqual(['standby']);
});

test('a claim that is still empty is waited for', async () => {
  const files = attemptFiles(state(), RUN, 1);
  mkdirSync(files.directory, { recursive: true });
  writeFileSync(files.claim, '');
  const read = readClaimed(files);
  await setTimeout(50);
  writeFileSync(files.claim, `${SELF.bootId} ${SELF.pid} (sh) S ${'0 '.repeat(18)}${SELF.startTicks} 0\n`);
  expect((await read).shim).toEqual(SELF);
});
