import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { prepareStateDirectory } from '../../../src/store/directory/prepare.ts';
import { keepEnvironment } from '../../../src/store/environment.ts';
import { putRequest } from '../../../src/store/inbox/put.ts';
import { spec } from '../../kit/samples-of-decisions.ts';
import { placeFor } from '../peers/all.ts';
import { pm2 } from '../peers/pm2.ts';
import { place } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { SIZE } from '../size.ts';

const BARS_MS = { p95: 1500, most: 2000 };
/**
 * Writes each start of it as a line, with nothing but the shell. Only what has written to its log
 * is resumed without a wait.
 */
const SCRIPT = '#!/bin/sh\necho $$ >>"$0.starts"\necho working\nexec sleep 1000000\n';
const ENVIRONMENT = 'bench.json';
const LOOK_EVERY_MS = 500;
const READY_MS = 900_000;
const RESUMED_MS = 60_000;
/** PM2 penalizes a death within the first second; a fleet that has just started is still busy. */
const SETTLE_MS = 10_000;
/** Whoever starts something twice has done so by then. */
const AGAIN_MS = 3000;

/** Many of the programs of a fleet are killed at the same moment. */
export async function manyDeaths(): Promise<readonly (Row | Skipped)[]> {
  const what = `death → resumed: ${SIZE.diesAtOnce} at once of ${SIZE.manyRuns}`;
  const own = row(`${what}: dogwatch`, 'ms', await ofDogwatch(), {
    bar: {
      text: `p95 ≤ ${BARS_MS.p95} ms, most ≤ ${BARS_MS.most} ms`,
      isMet: ({ p95, most }) => p95 <= BARS_MS.p95 && most <= BARS_MS.most,
    },
  });
  const why = pm2.whyNot();
  if (why !== null) return [own, { what: `${what}: ${pm2.name}`, skipped: why }];
  return [own, row(`${what}: ${pm2.name}`, 'ms', await ofPm2())];
}

async function ofDogwatch(): Promise<readonly number[]> {
  const home = place();
  try {
    prepareStateDirectory(home.where);
    keepEnvironment(home.where, ENVIRONMENT, home.env);
    const scripts = programsIn(home.directory);
    await home.watch();
    scripts.forEach((script, number) => {
      const name = `program-${number}`;
      const base = spec(name);
      const policy = { ...base.policy, promptAfterMs: 0, maxResumes: 1000 };
      const program = { ...base, command: [script], cwd: home.directory, environmentFile: ENVIRONMENT, policy };
      putRequest(home.where, { id: randomUUID(), kind: 'register', run: `${name}.1`, generation: 1, spec: program, foreign: null });
    });
    return await resumedAfterMs(scripts);
  } finally {
    await home.tearDown();
  }
}

async function ofPm2(): Promise<readonly number[]> {
  const { directory, remove } = await placeFor(pm2);
  const scripts = programsIn(directory);
  const kept = await pm2.keep(directory, scripts);
  try {
    return await resumedAfterMs(scripts);
  } finally {
    await kept.close();
    await remove();
  }
}

function programsIn(directory: string): readonly string[] {
  const programs = join(directory, 'programs');
  mkdirSync(programs);
  return Array.from({ length: SIZE.manyRuns }, (_, index) => {
    const script = join(programs, `program-${index}`);
    writeFileSync(script, SCRIPT, { mode: 0o755 });
    return script;
  });
}

/** The times from the deaths of some of these programs to their next starts. */
async function resumedAfterMs(scripts: readonly string[]): Promise<readonly number[]> {
  await all(scripts, 1, READY_MS);
  await setTimeout(SETTLE_MS);
  const dying = scripts.filter((_, index) => index % Math.floor(scripts.length / SIZE.diesAtOnce) === 0).slice(0, SIZE.diesAtOnce);
  const pids = dying.map((script) => Number(startsOf(script).at(-1)));
  const diedAtMs = pids.map((pid) => {
    const now = Date.now();
    process.kill(pid, 'SIGKILL');
    return now;
  });
  await all(dying, 2, RESUMED_MS);
  await setTimeout(AGAIN_MS);
  const odd = scripts.filter((script) => startsOf(script).length !== (dying.includes(script) ? 2 : 1));
  if (odd.length > 0) throw new Error(`expected each program to be started once after it died, got another number for ${odd.length}`);
  return dying.map((script, index) => statSync(`${script}.starts`).mtimeMs - (diedAtMs[index] ?? 0));
}

async function all(scripts: readonly string[], starts: number, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (let missing = scripts; ; await setTimeout(LOOK_EVERY_MS)) {
    missing = missing.filter((script) => startsOf(script).length < starts);
    if (missing.length === 0) return;
    if (performance.now() > deadline) throw new Error(`expected all programs to be started, got ${missing.length} that were not`);
  }
}

function startsOf(script: string): readonly string[] {
  try {
    return readFileSync(`${script}.starts`, 'utf8').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
