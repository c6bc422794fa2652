import type { Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import type { Update } from '../run/update.ts';
import { bytesInWords } from '../values/bytes.ts';
import { inWords } from '../values/duration.ts';

/** An attempt's files filled a disk. Its run is ended, because others wait for space. */
export function evolveFromFill(run: Run, seen: Observation & { readonly kind: 'disk.filled' }): Update {
  const { attempt, filled } = run;
  if (attempt?.number !== seen.attempt || filled?.attempt === seen.attempt) return { run, note: null };
  const [grew, lost] = [bytesInWords(seen.grewBytes), bytesInWords(seen.lostBytes)];
  const within = inWords(Math.max(1000, seen.withinMs));
  const because =
    `the files of attempt ${seen.attempt} in ${seen.path} grew by ${grew} within ${within}, most of the ${lost} that ` +
    `a disk of ${bytesInWords(seen.totalBytes)} lost until it was full`;
  return { run: { ...run, filled: { attempt: seen.attempt, times: (filled?.times ?? 0) + 1, because } }, note: because };
}

/** The fill by the run's current attempt, or null if it filled no disk. */
export const fillOf = ({ filled, attempt }: Run): Run['filled'] => (filled != null && filled.attempt === attempt?.number ? filled : null);
