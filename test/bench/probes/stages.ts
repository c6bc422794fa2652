import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { STAGES, type Stage, type StageReached } from '../../../src/system/stage.ts';
import type { Contestant } from '../contestant.ts';
import { dogwatch } from '../dogwatch.ts';
import { type Row, row } from '../row.ts';
import { SIZE } from '../size.ts';

const PROBE = fileURLToPath(new URL('stage-probe.mjs', import.meta.url));
/** The probe writes later, so that writing is not measured. */
const WRITTEN_MS = 500;
/** The stages that deaths of other observations pass, too: the last time before the start counts. */
const OFTEN: readonly Stage[] = ['decided', 'recorded'];
const WORDS: Readonly<Record<Stage | 'exec', string>> = {
  woken: 'the watchdog wakes',
  status: 'the status is read',
  survivors: 'it has looked for survivors',
  decided: 'it has read the last lines, and decided',
  recorded: 'the decision is durable',
  strays: 'it has looked for strays',
  prepared: 'the command, prompt and environment are ready',
  spawned: 'a shim is forked',
  claimed: 'the shim says that it holds the claim',
  exec: 'the next turn runs',
};

/** Where the time between a death and the next start goes, inside the watchdog as it is shipped. */
export async function stagesOfDeaths(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const adopted of [false, true]) rows.push(...(await stagesOf(adopted)));
  return rows;
}

async function stagesOf(adopted: boolean): Promise<readonly Row[]> {
  let file = '';
  const opened = await dogwatch(adopted, (directory) => {
    file = join(directory, 'stages');
    return { NODE_OPTIONS: `--import ${PROBE}`, BENCH_STAGES_FILE: file };
  });
  const kind = adopted ? 'adopted' : 'child';
  try {
    const taken = new Map<Stage | 'exec', number[]>();
    for (let round = 0; round < SIZE.deaths; round++)
      for (const [stage, ms] of await oneDeath(opened, round, file)) taken.set(stage, [...(taken.get(stage) ?? []), ms]);
    return [...STAGES, 'exec' as const].flatMap((stage) => {
      const samples = taken.get(stage);
      return samples === undefined ? [] : row(`${kind}: until ${WORDS[stage]}`, 'ms', samples);
    });
  } finally {
    await opened.close();
  }
}

/** How long each stage took, counted from the one before it. */
async function oneDeath({ turn, prepare }: Contestant, round: number, file: string): Promise<readonly [Stage | 'exec', number][]> {
  await turn.started(round + 1);
  await prepare();
  await turn.die();
  await setTimeout(WRITTEN_MS);
  const { diedMs, startedMs } = turn.lastGap;
  const reached = reachedIn(file).filter(({ at }) => at >= diedMs - 1 && at <= startedMs);
  const strays = reached.find(({ stage }) => stage === 'strays')?.at ?? Number.POSITIVE_INFINITY;
  let before = diedMs;
  const taken: [Stage | 'exec', number][] = [];
  for (const stage of STAGES) {
    const times = reached.filter((one) => one.stage === stage && (!OFTEN.includes(stage) || one.at <= strays));
    const at = (OFTEN.includes(stage) ? times.at(-1) : times[0])?.at;
    if (at === undefined) continue;
    taken.push([stage, at - before]);
    before = at;
  }
  return [...taken, ['exec', startedMs - before]];
}

function reachedIn(file: string): readonly StageReached[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [stage, at] = line.split(' ');
    return { stage: stage as Stage, at: Number(at) };
  });
}
