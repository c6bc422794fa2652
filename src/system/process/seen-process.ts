import type { ProcessIdentity } from '../../core/model/facts.ts';
import type { Marked } from './mark-in-environ.ts';
import type { ProcessStat } from './stat.ts';

export interface LivingProcess extends ProcessStat, Pick<Marked, 'mark' | 'hidden'> {
  readonly identity: ProcessIdentity;
  /** The attempt it was seen to descend from, without carrying its mark; null if none is known. */
  readonly kin: string | null;
}

/** A living process with its command line. */
export interface SeenProcess extends LivingProcess {
  readonly argv: readonly string[];
}
