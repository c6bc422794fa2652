import type { Hold, Instant } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { inWords } from '../values/duration.ts';

const isOfClock = ({ kind }: Hold): boolean => kind === 'hours' || kind === 'reserve';

/** The hold of its hours or of a reserve that lasts longest, or null if there is none. */
const longest = ({ holds }: Run): Hold | null =>
  holds.filter(isOfClock).reduce<Hold | null>((most, hold) => (most !== null && end(most) >= end(hold) ? most : hold), null);

const end = ({ untilWall }: Hold): number => untilWall ?? Number.POSITIVE_INFINITY;

/** When a run that waits for its hours or a reserve goes on, or null if it waits for neither. */
export function whenItMay(run: Run, now: Instant): string | null {
  const hold = longest(run);
  if (hold === null) return null;
  const anyway = `\`dogwatch resume ${run.name}\` starts one attempt now`;
  if (hold.untilWall === null) return `No clock releases it; ${anyway}.`;
  return `It goes on by itself in ${inWords(Math.max(0, hold.untilWall - now.wall))}; ${anyway}.`;
}

/** What becomes of a living attempt whose run has to wait, or null if nothing keeps the run. */
export function whatBecomesOfIt(run: Run, now: Instant): string | null {
  const hold = longest(run);
  if (hold === null) return null;
  const then = hold.untilWall === null ? 'by itself' : `for ${inWords(Math.max(0, hold.untilWall - now.wall))}`;
  const how = run.parking == null ? 'It may go on until it ends' : 'It is ended when its turn is over';
  return `${how}, and is not resumed ${then}: ${hold.because.replace(/[.\s]+$/, '')}.`;
}
