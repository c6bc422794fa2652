import type { Contestant } from '../contestant.ts';
import { dogwatch } from '../dogwatch.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { SIZE } from '../size.ts';
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
    const gaps = contestants.map((): number[] => []);
    for (let round = 0; round < SIZE.deaths; round++)
      for (const [index, { turn, prepare }] of contestants.entries()) {
        await turn.started(round + 1);
        await prepare();
        gaps[index]!.push(await turn.die());
      }
    return rows(
      contestants.map(({ name }) => name),
      gaps,
    );
  } finally {
    for (const { close } of contestants) await close();
    for (const { server } of fleets) await server.kill();
  }
}

const BAR = { text: `p50 ≤ ${MOST_OF_ALONE} ×`, isMet: ({ p50 }: Pick<Row, 'p50'>) => p50 <= MOST_OF_ALONE };

/** Ratios are of deaths in the same seconds. */
function rows(names: readonly string[], gaps: readonly (readonly number[])[]): readonly Row[] {
  const [alone = []] = gaps;
  const ratios = gaps.slice(1).map((own, index) =>
    row(
      `ratio: ${names[index + 1]} / alone`,
      '×',
      own.map((ms, round) => ms / alone[round]!),
      { bar: BAR },
    ),
  );
  return [...gaps.map((own, index) => row(`${WHAT}: ${names[index]}`, 'ms', own)), ...ratios];
}
