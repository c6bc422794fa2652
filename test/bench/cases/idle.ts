import { dogwatchFleet, type Fleet, peerFleet } from '../fleet.ts';
import { PEERS } from '../peers/all.ts';
import type { Peer } from '../peers/peer.ts';
import { type Usage, usages } from '../probes/usage.ts';
import { reasons, type Wakes, wakes, whyNotTraced } from '../probes/wakes.ts';
import { type Bar, type Row, row, type Skipped } from '../row.ts';
import { SIZE } from '../size.ts';

const START_LIMIT_MS = 60_000;
/**
 * For each run a process is started, its working directory is inspected, and its silence is
 * awaited.
 */
const startLimitMs = (runs: number): number => START_LIMIT_MS + runs * 200;
/** DESIGN names two of the sizes. */
const BARS: Readonly<Record<number, { readonly cpu: number; readonly rssMB: number }>> = {
  1: { cpu: 0.03, rssMB: 70 },
  1000: { cpu: 1, rssMB: 150 },
};

/** The cost of watching programs that only wait, for dogwatch and its peers in the same windows. */
export async function idle(runs: number): Promise<readonly (Row | Skipped)[]> {
  const fleets: Fleet[] = [];
  const skipped: Skipped[] = [];
  const skip = (name: string, because: string) => skipped.push({ what: `idle, ${runs} runs: ${name}`, skipped: because });
  try {
    fleets.push(await dogwatchFleet(runs, startLimitMs(runs)));
    for (const peer of PEERS) {
      const because = peer.whyNot() ?? whyNotIdle(peer, runs);
      if (because !== null) skip(peer.name, because);
      else fleets.push(await peerFleet(peer, runs, START_LIMIT_MS));
    }
    const ready = new Map<Fleet, number>();
    for (const fleet of fleets) ready.set(fleet, await fleet.ready());
    const used = await usages(fleets.map(({ pids }) => pids));
    const rows = fleets.flatMap((fleet, index) => rowsOf(fleet.name, runs, ready.get(fleet) ?? 0, used[index]!));
    return [...rows, ...(await wakesOf(fleets, runs)), ...skipped];
  } finally {
    for (const { close } of fleets) await close();
  }
}

/** What wakes them, by thread; and for dogwatch, why. */
async function wakesOf(fleets: readonly Fleet[], runs: number): Promise<readonly (Row | Skipped)[]> {
  const size = `${runs} ${runs === 1 ? 'run' : 'runs'}`;
  const rowsFrom = (found: Wakes, what: string) =>
    [...found].toSorted(([, one], [, other]) => other - one).map(([name, count]) => row(`${what}: ${name}`, '/min', [count]));
  const threads = await wakes(
    fleets.map(({ pids }) => pids),
    SIZE.wakesMs,
  );
  const rows = fleets.flatMap(({ name }, index) => rowsFrom(threads[index]!, `woken: ${name}, ${size}, thread`));
  const own = fleets.find(({ name }) => name === 'dogwatch')?.pids()[0];
  const because = whyNotTraced();
  if (own === undefined || because !== null) return [...rows, { what: `woken: dogwatch, ${size}, why`, skipped: because ?? 'it is gone' }];
  return [...rows, ...rowsFrom(await reasons(own, SIZE.wakesMs), `woken: dogwatch, ${size}, its main thread for`)];
}

function whyNotIdle({ place, most }: Peer, runs: number): string | null {
  if (place !== undefined) return 'process 1 of a machine does much else';
  return most < runs ? `it is asked to keep ${most} at most` : null;
}

function rowsOf(name: string, runs: number, present: number, used: readonly Usage[]): readonly Row[] {
  const bars = name === 'dogwatch' && present >= runs ? BARS[runs] : undefined;
  const few = present < runs ? `, of which ${present} were started` : '';
  const label = `${name}, ${runs} ${runs === 1 ? 'run' : 'runs'}${few}`;
  const cpu = bars && { text: `p50 ≤ ${bars.cpu} %`, isMet: ({ p50 }: Pick<Row, 'p50'>) => p50 <= bars.cpu };
  const rss = bars && { text: `≤ ${bars.rssMB} MB`, isMet: ({ most }: Pick<Row, 'most'>) => most <= bars.rssMB };
  const percents = used.map(({ percent }) => percent);
  const residents = used.map(({ residentMB }) => residentMB);
  return [
    row(`idle, CPU: ${label}`, '%', percents, { ...barOf(cpu), note: `windows of ${SIZE.idleMs / 1000} s` }),
    row(`idle, RSS: ${label}`, 'MB', residents, { ...barOf(rss), note: `${used.at(-1)?.processes} processes` }),
  ];
}

const barOf = (bar: Bar | undefined): { readonly bar?: Bar } => (bar === undefined ? {} : { bar });
