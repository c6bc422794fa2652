import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { attemptFiles } from '../../../src/store/directory/layout.ts';
import { type Stage, staged } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { mountOver, type Wanted } from './mount-over.ts';

const MIB = 2 ** 20;
const BALLAST_BYTES = 2 * MIB;
const LONG_AGO = new Date(Date.now() - 60 * 86_400_000);
const STORY = { timeout: 300_000 };

const SETTINGS = {
  DOGWATCH_DISK_SOFT: '15%',
  DOGWATCH_DISK_CRITICAL: '8%',
  DOGWATCH_INODES_SOFT: '15%',
  DOGWATCH_INODES_CRITICAL: '8%',
  DOGWATCH_MIN_RECLAIM: '3%',
  DOGWATCH_DISK_GRACE: '500ms',
  DOGWATCH_DISK_HOLD: '1s',
  DOGWATCH_STAGGER: '0s',
  DOGWATCH_PROMPT_AFTER: '1m',
  // Makes sure that the disks are measured before the next try, as with the usual 5 s.
  DOGWATCH_BACKOFF_MIN: '2s',
  DOGWATCH_BACKOFF_MAX: '2s',
  DOGWATCH_BALLAST: `${BALLAST_BYTES / MIB}MiB`,
};

/**
 * Fills the filesystem of the state in a certain way. Returns what must be removed to make room
 * again.
 */
type Fill = (stateDir: string) => string;

const isNoSpace = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOSPC';

/** To the last byte. */
const withBytes: Fill = (stateDir) => {
  const path = join(stateDir, 'filler');
  for (const size of [MIB, 4096, 1])
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size, 1), { flag: 'a' });
    } catch (error) {
      if (!isNoSpace(error)) throw error;
    }
  return path;
};

/** To the last inode, with empty files. */
const withFiles: Fill = (stateDir) => {
  const path = join(stateDir, 'filler');
  mkdirSync(path);
  try {
    for (let number = 0; ; number++) writeFileSync(join(path, `${number}`), '');
  } catch (error) {
    if (!isNoSpace(error)) throw error;
  }
  return path;
};

/** Logs of attempts of a run that is no longer known. */
function leaveOldLogs({ where }: Stage): readonly string[] {
  return [1, 2, 3].map((number) => {
    const { directory, log } = attemptFiles(where, 'old.1', number);
    mkdirSync(directory, { recursive: true });
    writeFileSync(log, Buffer.alloc(64 * 1024, 1));
    utimesSync(log, LONG_AGO, LONG_AGO);
    return log;
  });
}

/** Asks for the status repeatedly while `job` runs. Returns how many answers came. */
async function withStatus(stage: Stage, job: () => Promise<unknown>): Promise<number> {
  let [asked, isOver] = [0, false];
  const asking = (async () => {
    for (; !isOver; asked++) expect(JSON.parse((await stage.does(['status', '--json'])).stdout).runs).not.toEqual([]);
  })();
  await job().finally(() => {
    isOver = true;
  });
  await asking;
  return asked;
}

/**
 * Every decision that the watchdog printed is in a history, in the order of their numbers, from the
 * first to the last.
 */
function expectNothingLost(stage: Stage, host: readonly { seq: number; because: string }[]): void {
  const run = stage.history();
  const numbers = [...run.map(({ seq }) => seq), ...host.map(({ seq }) => seq)];
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(run[0]?.from).toBeNull();
  for (const [index, row] of run.entries()) if (index > 0) expect(row.from).toBe(run[index - 1]?.to);
  expect(run.at(-1)?.to).toBe('complete');
}

const hostHistory = async (stage: Stage): Promise<{ seq: number; because: string; actions: string[] }[]> =>
  (await stage.does(['history', '--host', '--json'])).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const KINDS: [string, Wanted, Fill][] = [
  ['ext4 without a byte', { kind: 'ext4', mib: 64 }, withBytes],
  ['tmpfs without a byte', { kind: 'tmpfs', mib: 64 }, withBytes],
  ['ext4 without an inode', { kind: 'ext4', mib: 64, inodes: 512 }, withFiles],
  ['tmpfs without an inode', { kind: 'tmpfs', mib: 64, inodes: 512 }, withFiles],
];

staged.for(KINDS)(
  'its own state on %s: dogwatch still records and frees, nothing is lost, and the reserve comes back',
  STORY,
  async ([, wanted, fill], { stage, skip }) => {
    const { stateDir, ballast } = stage.where;
    mountOver({ skip } as never, stateDir, wanted);
    const logs = leaveOldLogs(stage);
    // It waits until the story continues.
    const command = `while [ ! -e '${stage.file('go')}' ]; do sleep 0.1; done; rm -rf '${join(stateDir, 'filler')}'`;
    const env = { ...SETTINGS, DOGWATCH_RECLAIM_COMMANDS: `@${stateDir} ${command}` };
    stage.agent('while [ ! -e turn ]; do sleep 0.05; done; [ $n = 1 ] && exit 1; echo x >done');
    await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });
    await stage.inState('working');
    const isReserved = () => existsSync(ballast) && statSync(ballast).size === BALLAST_BYTES;
    await until('there is a reserve', isReserved);
    fill(stateDir);

    const times = await withStatus(stage, async () => {
      stage.write('turn', '');
      await until('the disk holds the run', () => stage.run()?.holds.some(({ kind }) => kind === 'disk'));
      await until('the old logs are gone', () => !logs.some((log) => existsSync(log)));
      stage.write('go', '');
      await stage.inState('complete');
    });
    expect(times).toBeGreaterThan(1);
    await until('the reserve is back', isReserved);
    const host = await hostHistory(stage);
    expectNothingLost(stage, host);
    expect(host.map(({ because }) => because).join('\n')).toMatch(/none → critical/);
    expect(
      stage
        .history()
        .map(({ because }) => because)
        .join('\n'),
    ).toContain(`the disk at ${stateDir} is full`);
    expect(stage.run()?.charged).toEqual([]);
  },
);
