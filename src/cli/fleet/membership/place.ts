import { join, resolve } from 'node:path';
import { type Fleet, readFleet } from '../../../fleet/admin/fleet-file.ts';
import { MemberError } from '../../../fleet/member/error.ts';
import { openLayout } from '../../client/state-layout.ts';
import { EXIT_CONFIGURATION, Problem } from '../../terminal/problem.ts';

/** Where the administrator of a fleet keeps its keys. */
export const adminDirectory = (given: string | undefined): string =>
  given === undefined ? join(openLayout().stateDir, 'fleet', 'admin') : resolve(given);

/** The fleet of that directory, or null if there is none yet. */
export const knownFleet = (directory: string): Fleet | null => withProblems(() => readFleet(directory));

/** The same for a command that needs one. */
export function neededFleet(directory: string): Fleet {
  const fleet = knownFleet(directory);
  if (fleet !== null) return fleet;
  throw new Problem(EXIT_CONFIGURATION, 'there is no fleet here', {
    expected: `its keys in ${join(directory, 'fleet.json')}`,
    got: 'no such file',
    hint: 'run this where `dogwatch fleet init` was run, or name its directory with --dir',
  });
}

/** Runs it, and explains keys that cannot be used. `what` is what cannot be done then. */
export function withProblems<Result>(act: () => Result, what = 'the keys of the fleet cannot be used'): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof MemberError)) throw error;
    const { expected, got, remedy } = error.why;
    throw new Problem(EXIT_CONFIGURATION, what, { expected, got, hint: remedy });
  }
}
