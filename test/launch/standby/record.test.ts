import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { claimForNobody, readClaimed } from '../../../src/launch/attempt/record.ts';
import { orphansOf, recordStandby, standbysOf, sweepStandbys } from '../../../src/launch/standby/record.ts';
import { attemptFiles, layout, standbyCommand, standbyRecord } from '../../../src/store/directory/layout.ts';
import { identify } from '../../../src/system/process/process.ts';
import { visibleMark } from '../../../src/system/process/visible-mark.ts';

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

test('a standby waits from before it is made until its attempt is claimed with its mark', () => {
  const where = state();
  const files = attemptFiles(where, RUN, 2);
  recordStandby(where, RUN, { attempt: 2, mark: MARK });
  const waits = () => [MARK, visibleMark(MARK), `${RUN}/2/another`, null].map((mark) => standbysOf(where, RUN)(mark));
  expect(waits()).toEqual([true, true, false, false]);
  expect(orphansOf(where, RUN)(MARK)).toBe(false);
  claimForNobody(files);
  expect(waits()).toEqual([true, true, false, false]);
  writeFileSync(files.mark, `${RUN}/2/another\ntrue\0`);
  expect(waits()).toEqual([true, true, false, false]);
  writeFileSync(files.mark, `${MARK}\ntrue\0`);
  expect(waits()).toEqual([false, false, false, false]);
});

test('one that could not be made does for long: it may take a moment to leave', () => {
  const where = state();
  for (const attempt of [2, 2, 3]) recordStandby(where, RUN, { attempt, mark: `${RUN}/${attempt}/${attempt}` });
  expect(standbysOf(where, RUN)(`${RUN}/2/2`)).toBe(true);
  for (let attempt = 4; attempt < 20; attempt++) recordStandby(where, RUN, { attempt, mark: `${RUN}/${attempt}/${attempt}` });
  expect([standbysOf(where, RUN)(`${RUN}/2/2`), standbysOf(where, RUN)(`${RUN}/19/19`)]).toEqual([false, true]);
});

test('what a dead watchdog made is not exempt: it leaves, or it is an agent by now', () => {
  const where = state();
  writeFileSync(standbyRecord(where, RUN), JSON.stringify([{ attempt: 2, mark: MARK, by: NOBODY }]));
  expect([standbysOf(where, RUN)(MARK), orphansOf(where, RUN)(MARK)]).toEqual([false, true]);
});

test('a record that cannot be read exempts nothing', () => {
  const where = state();
  for (const text of ['{', '[{"attempt":2,"shim":{},"command":{}}]', '']) {
    writeFileSync(standbyRecord(where, RUN), text);
    expect([standbysOf(where, RUN)(MARK), orphansOf(where, RUN)(MARK)]).toEqual([false, false]);
  }
});

test('what nobody took away is removed, and nothing else', () => {
  const where = state();
  writeFileSync(standbyCommand(where, RUN, 'abc'), 'set -- true\n');
  writeFileSync(standbyRecord(where, RUN), '[]');
  sweepStandbys(where, RUN);
  sweepStandbys(where, 'unknown.1');
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
