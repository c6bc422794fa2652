import type { Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import type { Update } from '../run/update.ts';
import { bytesInWords } from '../values/bytes.ts';
import { inWords } from '../values/duration.ts';

/** The files of an attempt filled a disk. Its run is the one to end: others wait because of it. */
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

/** The attempt at which a run stands has filled a disk. */
export const fillOf = ({ filled, attempt }: Run): Run['filled'] => (filled != null && filled.attempt === attempt?.number ? filled : null);
