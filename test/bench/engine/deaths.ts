import { type Contestant, gapsOf } from '../contestant.ts';
import { dogwatch } from '../dogwatch.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { JoinedFleet, type Joining } from './joined.ts';

const MOST_OF_ALONE = 1.05;
const WHAT = 'death → resumed, of a fleet';

/** The same deaths on a host alone, in a fleet, and in one whose engine takes and never answers. */
export async function deathsBesideEngine(): Promise<readonly (Row | Skipped)[]> {
  const because = JoinedFleet.whyNot();
  if (because !== null) return [{ what: WHAT, skipped: because }];
  const fleets: JoinedFleet[] = [];
  const contestants: Contestant[] = [];
  const opened = async (name: string, joining?: Joining): Promise<void> => {
    contestants.push({ ...(await dogwatch(false, joining)), name });
  };
  const joined = async (): Promise<{ readonly fleet: JoinedFleet; readonly joining: Joining }> => {
    const fleet = await JoinedFleet.start();
    fleets.push(fleet);
    return { fleet, joining: await fleet.invite('bench') };
  };
  try {
    await opened('dogwatch, alone');
    await opened('dogwatch, in a fleet', (await joined()).joining);
    const hole = await joined();
    await opened('dogwatch, whose engine does not answer', hole.joining);
    hole.fleet.server.pause();
    return rows(await gapsOf(contestants));
  } finally {
    for (const { close } of contestants) await close();
    for (const { server } of fleets) await server.kill();
  }
}

const BAR = { text: `p50 ≤ ${MOST_OF_ALONE} ×`, isMet: ({ p50 }: Pick<Row, 'p50'>) => p50 <= MOST_OF_ALONE };

/** Ratios are of deaths in the same seconds. */
function rows(gaps: ReadonlyMap<string, readonly number[]>): readonly Row[] {
  const [[, alone = []] = [], ...others] = gaps;
  const ratios = others.map(([name, own]) =>
    row(
      `ratio: ${name} / alone`,
      '×',
      own.map((ms, round) => ms / alone[round]!),
      { bar: BAR },
    ),
  );
  return [...[...gaps].map(([name, own]) => row(`${WHAT}: ${name}`, 'ms', own)), ...ratios];
}
