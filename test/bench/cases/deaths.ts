import type { Contestant } from '../contestant.ts';
import { dogwatch } from '../dogwatch.ts';
import { contestant, PEERS } from '../peers/all.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { SIZE } from '../size.ts';

const BAR_MS = 25;

/**
 * From the death of a turn to the start of the next one, for dogwatch and its peers, alternating.
 */
export async function deaths(): Promise<readonly (Row | Skipped)[]> {
  const skipped: Skipped[] = [];
  const contestants: Contestant[] = [];
  try {
    for (const open of [() => dogwatch(false), () => dogwatch(true), ...PEERS.map((peer) => () => contestant(peer))]) {
      const opened = await open();
      if ('skipped' in opened) skipped.push(opened);
      else contestants.push(opened);
    }
    const gaps = new Map(contestants.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < SIZE.deaths; round++)
      for (const { name, turn, prepare } of contestants) {
        await turn.started(round + 1);
        await prepare();
        gaps.get(name)?.push(await turn.die());
      }
    return [...rows(gaps), ...ratios(gaps), ...skipped.map(({ what, skipped }) => ({ what: named(what), skipped }))];
  } finally {
    for (const { close } of contestants) await close();
  }
}

const named = (contestant: string): string => `death → resumed: ${contestant}`;

/** dogwatch's bar includes being ahead of PM2, if that runs. */
function rows(gaps: ReadonlyMap<string, readonly number[]>): readonly Row[] {
  const all = [...gaps].map(([name, samples]) => row(named(name), 'ms', samples));
  const rival = all.find(({ what }) => what.includes('PM2'));
  const text = `p95 ≤ ${BAR_MS} ms${rival === undefined ? '' : ', and ahead of PM2'}`;
  const bar = { text, isMet: ({ p95 }: { p95: number }) => p95 <= BAR_MS && p95 < (rival?.p95 ?? Number.POSITIVE_INFINITY) };
  return [...gaps].map(([name, samples]) => row(named(name), 'ms', samples, name.startsWith('dogwatch') ? { bar } : {}));
}

/** The ratio of each peer's gap to that of dogwatch's child in the same round. */
function ratios(gaps: ReadonlyMap<string, readonly number[]>): readonly Row[] {
  const [[own = '', mine = []] = [], ...others] = gaps;
  return others.map(([name, samples]) =>
    row(
      `ratio: ${name} / ${own}`,
      '×',
      samples.map((ms, round) => ms / (mine[round] ?? Number.NaN)),
    ),
  );
}
