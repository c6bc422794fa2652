import { expect } from 'vitest';
import type { Ran, Stage } from '../../../kit/stage.ts';
import type { Drill } from '../drill.ts';
import { drillOf } from '../faults.ts';
import { THREE_LONG_LIVES } from '../story.ts';

const ALL = 99;

const ofDatabase = ({ where }: Stage): readonly string[] => ['', '-wal', '-shm'].map((end) => `${where.database}${end}`);

/**
 * By itself, with a failure status and a reason: it names the state, or the process that took it
 * over meanwhile.
 */
function saidWhy({ code, stderr }: Ran): void {
  expect(code, stderr).toBeGreaterThan(0);
  expect(stderr).toMatch(/^dogwatch: (?:.*state|a watchdog is already running)/m);
}

const killed = ({ code }: Ran): void => expect(code).toBe(null);

export const faultDrills: readonly Drill[] = [
  drillOf({
    name: 'kill -9 at every durable step',
    holds: 'wherever the watchdog is killed, the next one completes the job, and no attempt is started twice',
    how: 'signal=SIGKILL',
    calls: { fsync: ALL, rename: ALL, link: ALL, unlink: ALL, ftruncate: ALL, clone: 20, mkdir: 8, pwrite64: 12, write: 8 },
    died: killed,
  }),
  drillOf({
    name: 'kill -9 at every step of preparing the next attempt and of using it',
    holds: 'wherever the watchdog is killed, what it prepared leaves, the next one completes the job, and no attempt is started twice',
    how: 'signal=SIGKILL',
    lives: THREE_LONG_LIVES,
    calls: { socketpair: 6, clone: 8, openat: 8, rename: 12, unlink: 8, write: 16, close: 6 },
    died: killed,
  }),
  drillOf({
    name: 'no space at a write',
    holds: 'whichever write to the state finds the disk full, nothing is lost, and the job continues',
    how: 'error=ENOSPC',
    // What is released in that case.
    env: { DOGWATCH_BALLAST: '1MiB' },
    calls: { pwrite64: 16, fsync: 4, ftruncate: ALL },
    on: ofDatabase,
    died: saidWhy,
  }),
  drillOf({
    name: 'no space for a new name',
    holds: 'a directory or a file that cannot be created is created as soon as it can be, and the job continues',
    how: 'error=ENOSPC',
    calls: { mkdir: 10, link: ALL, rename: ALL },
    died: saidWhy,
  }),
  drillOf({
    name: 'no space for the small files beside the state',
    holds: 'a heartbeat, a reserve or a command for the agents that cannot be written stops no job',
    how: 'error=ENOSPC',
    calls: { openat: 12, write: ALL, pwrite64: ALL, ftruncate: ALL, fallocate: ALL },
    on: ({ where }) => [where.heartbeat, where.snapshot, where.ballast, where.bin],
    env: { DOGWATCH_BALLAST: '1MiB' },
    died: saidWhy,
  }),
  drillOf({
    name: 'an I/O error of the state file',
    holds: 'whichever read or write fails once, nothing is lost, and the job continues',
    how: 'error=EIO',
    calls: { pread64: 8, pwrite64: 8, fsync: ALL },
    on: ofDatabase,
    died: saidWhy,
  }),
  drillOf({
    name: 'a state file that fails for good',
    holds: 'the watchdog ends with the reason and a status, and the next one, whose disk works, continues',
    how: 'error=EIO',
    forGood: true,
    calls: { pread64: 4, pwrite64: 5, fsync: 6 },
    on: ofDatabase,
    died: saidWhy,
  }),
];
