import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../src/core/model/run.ts';
import { prepareStateDirectory } from '../../src/store/directory/prepare.ts';
import { keepEnvironment } from '../../src/store/environment.ts';
import { putRequest } from '../../src/store/inbox/put.ts';
import { processesOf } from '../kit/processes-of.ts';
import { spec } from '../kit/samples-of-decisions.ts';
import { placeFor } from './peers/all.ts';
import type { Peer } from './peers/peer.ts';
import { type Place, place } from './place.ts';

/** A supervisor with many programs that only wait. */
export interface Fleet {
  readonly name: string;
  /**
   * Waits until all of them wait. Returns how many there are, which may be fewer than requested.
   */
  ready(): Promise<number>;
  pids(): readonly number[];
  close(): Promise<unknown>;
}

const LOOK_EVERY_MS = 1000;
const FOREVER = '1000000';
const ENVIRONMENT = 'bench.json';
/** How long a run is silent before it counts as quiet. */
const QUIET_MS = 20_000;

/**
 * Each with a log, started by dogwatch itself. The first look at their working directories is over
 * when they are ready.
 */
export async function dogwatchFleet(
  runs: number,
  limitMs: number,
  more: (directory: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<Fleet> {
  const home = place();
  Object.assign(home.env, more(home.directory));
  prepareStateDirectory(home.where);
  keepEnvironment(home.where, ENVIRONMENT, home.env);
  const watchdog = await home.watch();
  for (let number = 1; number <= runs; number++) register(home, number);
  const living = () => home.looking((reader) => reader.runs()).filter(({ attempt }) => attempt?.alive === true);
  const isReady = (run: Run) => run.marks.baseline && run.state === 'quiet';
  return {
    name: 'dogwatch',
    ready: async () => {
      await enough(() => living().filter(isReady).length, runs, limitMs);
      return living().length;
    },
    pids: () => [watchdog.pid],
    close: () => home.tearDown(),
  };
}

function register(home: Place, number: number): void {
  const name = `sleeper-${number}`;
  const base = spec(name);
  const sleeper = {
    ...base,
    command: ['/bin/sh', '-c', `echo working; exec sleep ${FOREVER}`],
    cwd: home.directory,
    environmentFile: ENVIRONMENT,
    policy: { ...base.policy, quietMs: QUIET_MS },
  };
  putRequest(home.where, { id: randomUUID(), kind: 'register', run: `${name}.1`, generation: 1, spec: sleeper, foreign: null });
}

export async function peerFleet(peer: Peer, programs: number, limitMs: number): Promise<Fleet> {
  const { directory, remove } = await placeFor(peer);
  const scripts = Array.from({ length: programs }, (_, index) => join(directory, 'programs', `program-${index}`));
  mkdirSync(join(directory, 'programs'));
  for (const script of scripts) writeFileSync(script, `#!/bin/sh\nexec sleep ${FOREVER}\n`, { mode: 0o755 });
  const kept = await peer.keep(directory, scripts);
  const present = () => processesOf(directory).filter(({ pid }) => isSleeper(pid)).length;
  return {
    name: peer.name,
    ready: async () => {
      await enough(present, programs, limitMs);
      return present();
    },
    pids: kept.pids,
    close: async () => {
      await kept.close();
      await remove();
    },
  };
}

/**
 * Waits until there are enough, but not forever. Counting thousands takes time away from the
 * supervisor that starts them.
 */
async function enough(count: () => number, wanted: number, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline && count() < wanted) await setTimeout(LOOK_EVERY_MS);
}

function isSleeper(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${FOREVER}\0`;
  } catch {
    return false;
  }
}
