import { expect, test } from 'vitest';
import type { PressureState } from '../../../src/core/model/disk.ts';
import type { RunState } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { statusLine } from '../../../src/core/report/status-line.ts';

const runs = (...states: RunState[]) => states.map((state) => ({ state }) as Run);
const disks = (levels: Readonly<Record<string, string>>, lost: readonly string[] = []) =>
  ({
    devices: Object.entries(levels).map(([path, level]) => ({ path, level })),
    unreachable: lost.map((path) => ({ path })),
  }) as unknown as PressureState;

test.each([
  [runs(), disks({}), 'no run is active; disks: fine'],
  [runs('complete', 'stopped', 'failed'), disks({ '/': 'none' }), 'no run is active; disks: fine'],
  [runs('starting', 'working', 'quiet'), disks({}), '3 runs: 3 working; disks: fine'],
  [
    runs('escalated', 'waiting', 'handed-off', 'held', 'recovering', 'working'),
    disks({}),
    '6 runs: 1 working, 1 waiting, 1 held, 1 being mended, 2 needing a person; disks: fine',
  ],
  [
    runs('working'),
    disks({ '/': 'soft', '/srv': 'critical' }, ['/mnt']),
    '1 run: 1 working; disks: / is low, /srv is full, 1 cannot be measured',
  ],
])('%#', (given, pressure, line) => {
  expect(statusLine(given, pressure)).toBe(line);
});
