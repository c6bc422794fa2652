import type { Observation } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import type { Update } from '../run/update.ts';
import { bytesInWords } from '../values/bytes.ts';

/**
 * An attempt's log was too large. If it filled a disk, this run is ended, because others wait for
 * space.
 */
export function evolveFromCut(run: Run, seen: Observation & { readonly kind: 'log.cut' }): Update {
  const { attempt } = run;
  const took = bytesInWords(seen.tookBytes);
  const left = seen.how === 'punched' ? 'its oldest part was freed' : 'it was emptied, because this filesystem cannot free part of a file';
  const limit = seen.filledBytes === null ? ' (DOGWATCH_MAX_LOG)' : '';
  const what = `the log of attempt ${seen.attempt} took ${took}${limit}`;
  if (seen.filledBytes === null || attempt?.number !== seen.attempt) return { run, note: `${what}; ${left}` };
  const flooded = `${what} of the ${bytesInWords(seen.filledBytes)} of a full disk`;
  return { run: run.flooded == null ? { ...run, flooded } : run, note: `${flooded}; ${left}` };
}
