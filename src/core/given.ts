import type { Surroundings } from './decide.ts';
import type { Run } from './run.ts';
import type { RunSpec } from './run-spec.ts';

/** What a decision began from. */
export interface Given {
  /** Null: the run was registered by this observation. */
  readonly run: Run | null;
  readonly around: Surroundings;
}

/** What is kept of it in the journal: the spec is frozen with the run, and how far its logs were read decides nothing. */
export interface KeptGiven {
  readonly run: Omit<Run, 'spec' | 'cursors' | 'journals'> | null;
  readonly around: Surroundings;
}

export function keptGiven({ run, around }: Given): KeptGiven {
  if (run === null) return { run, around };
  const { spec: _, cursors: __, journals: ___, ...rest } = run;
  return { run: rest, around };
}

/** The same as a decision needs it. */
export const wholeGiven = ({ run, around }: KeptGiven, spec: RunSpec): Given => ({
  run: run === null ? null : { ...run, spec, cursors: {}, journals: {} },
  around,
});
