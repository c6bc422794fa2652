import { type Contestant, gapsOf } from '../contestant.ts';
import { dogwatch } from '../dogwatch.ts';
import { contestant, PEERS } from '../peers/all.ts';
import { type Row, row, type Skipped } from '../row.ts';
import type { Surroundings } from '../run/surroundings.ts';

/** How many times as long as runit dogwatch may take. */
const MOST_OF_RUNIT = 2;

/**
 * From the death of a turn to the start of the next one, for dogwatch and its peers, alternating,
 * in these surroundings.
 */
export async function deaths({ name: where, start }: Surroundings): Promise<readonly (Row | Skipped)[]> {
  const skipped: Skipped[] = [];
  const contestants: Contestant[] = [];
  let end: () => Promise<unknown> = async () => {};
  try {
    for (const open of [() => dogwatch(false), () => dogwatch(true), ...PEERS.map((peer) => () => contestant(peer))]) {
      const opened = await open();
      if ('skipped' in opened) skipped.push(opened);
      else contestants.push(opened);
    }
    end = await start();
    const gaps = await gapsOf(contestants);
    const named = (contestant: string): string => `death → resumed${where}: ${contestant}`;
    return [...rows(gaps, named), ...ratios(gaps), ...skipped.map(({ what, skipped }) => ({ what: named(what), skipped }))];
  } finally {
    await end();
    for (const { close } of contestants) await close();
  }
}

/** dogwatch's bar is in terms of its peers, as far as they run here. */
function rows(gaps: ReadonlyMap<string, readonly number[]>, named: (contestant: string) => string): readonly Row[] {
  const all = [...gaps].map(([name, samples]) => ({ name, ...row(named(name), 'ms', samples) }));
  const pm2 = all.find(({ name }) => name.startsWith('PM2'));
  const runit = all.find(({ name }) => name === 'runit');
  const parts = [...(pm2 === undefined ? [] : ['ahead of PM2']), ...(runit === undefined ? [] : [`≤ ${MOST_OF_RUNIT} × runit`])];
  if (parts.length === 0) return all.map(({ name: _, ...one }) => one);
  const isAhead = (own: Figures, rival: Figures, times: number) => own.p50 <= times * rival.p50 && own.p95 <= times * rival.p95;
  const bar = {
    text: `p50 and p95 ${parts.join(', and ')}`,
    isMet: (own: Figures) => (pm2 === undefined || isAhead(own, pm2, 1)) && (runit === undefined || isAhead(own, runit, MOST_OF_RUNIT)),
  };
  return [...gaps].map(([name, samples]) => row(named(name), 'ms', samples, name.startsWith('dogwatch') ? { bar } : {}));
}

type Figures = Pick<Row, 'p50' | 'p95'>;

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
