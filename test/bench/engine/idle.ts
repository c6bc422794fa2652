import { dogwatchFleet, type Fleet } from '../fleet.ts';
import { usages } from '../probes/usage.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { JoinedFleet } from './joined.ts';

const WHAT = 'idle, in a fleet';
const START_LIMIT_MS = 60_000;
const MOST = { percent: 0.05, residentMB: 15 };

/** What a healthy host with one run costs in a fleet, beside one that is alone, in the same windows. */
export async function idleBesideEngine(): Promise<readonly (Row | Skipped)[]> {
  const because = JoinedFleet.whyNot();
  if (because !== null) return [{ what: WHAT, skipped: because }];
  const fleet = await JoinedFleet.start();
  const watched: Fleet[] = [];
  try {
    watched.push(await dogwatchFleet(1, START_LIMIT_MS));
    watched.push(await dogwatchFleet(1, START_LIMIT_MS, await fleet.invite('bench')));
    for (const one of watched) await one.ready();
    const [alone = [], member = []] = await usages(watched.map(({ pids }) => pids));
    const more = (of: 'percent' | 'residentMB') => member.map((own, window) => own[of] - alone[window]![of]);
    return [
      row(`${WHAT}, CPU more than alone`, '%', more('percent'), barOf(MOST.percent, '%')),
      row(`${WHAT}, RSS more than alone`, 'MB', more('residentMB'), barOf(MOST.residentMB, 'MB')),
    ];
  } finally {
    for (const { close } of watched) await close();
    await fleet.server.kill();
  }
}

const barOf = (most: number, unit: string) => ({
  bar: { text: `p50 ≤ ${most} ${unit}`, isMet: ({ p50 }: Pick<Row, 'p50'>) => p50 <= most },
});
