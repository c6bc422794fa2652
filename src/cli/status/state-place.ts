import { existsSync, readdirSync } from 'node:fs';
import type { Layout } from '../../store/directory/layout.ts';
import { serviceDirectories } from '../../units/service-for.ts';
import { SYSTEM_STATE } from '../../units/units.ts';

/**
 * For a state directory without runs: returns what is unusual about it as a clause, or null if
 * nothing is.
 */
export function oddityOf({ stateDir, database, runs }: Layout): string | null {
  if (!existsSync(stateDir)) return 'which does not exist';
  if (existsSync(database)) return null;
  const left = entriesOf(runs);
  if (left === 0) return 'which has no dogwatch database yet';
  return `whose database is gone, although ${left === 1 ? 'a run has' : `${left} runs have`} left files there; \`dogwatch doctor\` finds their processes`;
}

/** Returns where a service of this machine keeps its runs if that is another directory, or null. */
export const serviceElsewhere = ({ stateDir }: Layout): string | null =>
  [...serviceDirectories(), ...(existsSync(SYSTEM_STATE) ? [SYSTEM_STATE] : [])].find((directory) => directory !== stateDir) ?? null;

function entriesOf(directory: string): number {
  try {
    return readdirSync(directory).length;
  } catch {
    return 0;
  }
}
