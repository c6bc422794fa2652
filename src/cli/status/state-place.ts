import { existsSync, readdirSync } from 'node:fs';
import type { Layout } from '../../store/directory/layout.ts';
import { serviceDirectories } from '../../units/service-for.ts';
import { SYSTEM_STATE } from '../../units/units.ts';

/** Where no run is known: what is odd about the directory, in words; null: nothing is. */
export function oddityOf({ stateDir, database, runs }: Layout): string | null {
  if (!existsSync(stateDir)) return 'which does not exist';
  if (existsSync(database)) return null;
  const left = entriesOf(runs);
  if (left === 0) return 'which has no database of dogwatch yet';
  return `whose database is gone, although ${left === 1 ? 'a run has' : `${left} runs have`} left files there; \`dogwatch doctor\` looks for their processes`;
}

/** Where a service of this machine keeps its runs, when that is another directory. */
export const serviceElsewhere = ({ stateDir }: Layout): string | null =>
  [...serviceDirectories(), ...(existsSync(SYSTEM_STATE) ? [SYSTEM_STATE] : [])].find((directory) => directory !== stateDir) ?? null;

function entriesOf(directory: string): number {
  try {
    return readdirSync(directory).length;
  } catch {
    return 0;
  }
}
