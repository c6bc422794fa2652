import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { countersIn, groupOf, memoryOf } from '../../../src/system/systemd/unit-memory.ts';

const NAME = 'dogwatch-job_1-2-0123456789ab.service';

describe('the control group of a unit', () => {
  test.each([
    ['of the system', `0::/system.slice/${NAME}\n`, `/system.slice/${NAME}`],
    [
      'of a user',
      `0::/user.slice/user-1000.slice/user@1000.service/app.slice/${NAME}\n`,
      `/user.slice/user-1000.slice/user@1000.service/app.slice/${NAME}`,
    ],
    ['below it', `0::/system.slice/${NAME}/build/x\n`, `/system.slice/${NAME}`],
    ['another unit', '0::/system.slice/other.service\n', null],
    ['cgroup v1 only', `4:memory:/system.slice/${NAME}\n1:name=systemd:/system.slice/${NAME}\n0::/\n`, null],
    ['nothing', '', null],
  ])('%s', (_name, lines, expected) => {
    expect(groupOf(lines, NAME)).toBe(expected);
  });
});

describe('the counters of a control group', () => {
  const group = (files: Readonly<Record<string, string>>): string => {
    const directory = mkdtempSync(join(tmpdir(), 'dogwatch-group-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  };
  const EVENTS = 'low 0\nhigh 1200\nmax 34\noom 1\noom_kill 1\noom_group_kill 0\n';
  const PRESSURE = 'some avg10=90.11 avg60=80.00 avg300=10.00 total=9000999\nfull avg10=81.00 avg60=70.12 avg300=9.00 total=4000600\n';

  test.each([
    ['both files', { 'memory.events': EVENTS, 'memory.pressure': PRESSURE }, { events: 1234, stalledMs: 4001 }],
    ['no pressure stall information', { 'memory.events': EVENTS }, null],
    ['a pressure file without `full`', { 'memory.events': EVENTS, 'memory.pressure': 'some avg10=0.00 total=1\n' }, null],
    ['no events', { 'memory.pressure': PRESSURE }, null],
    ['neither', {}, null],
  ])('%s', (_name, files, expected) => {
    expect(countersIn(group(files))).toEqual(expected);
  });

  test('this process is in no such unit', () => {
    expect(memoryOf({ manager: 'system', name: NAME }, process.pid)).toBeNull();
  });
});
