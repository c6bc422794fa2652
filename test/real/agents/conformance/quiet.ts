import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A CLI writes what it has received at most this much later: Claude Code some 500 ms, copilot 1 s. */
const QUIET_MS = 1500;
const LOOK_MS = 50;
const DEADLINE_MS = 15_000;

/**
 * Waits until nothing below a directory has changed for a while: from then on it does not depend on
 * the moment what a death finds there.
 */
export async function quiet(directory: string): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  let [before, since] = [stateOf(directory), performance.now()];
  while (performance.now() < Math.min(deadline, since + QUIET_MS)) {
    await setTimeout(LOOK_MS);
    const now = stateOf(directory);
    if (now !== before) [before, since] = [now, performance.now()];
  }
}

/** Names, sizes and times of all files, as one text. */
function stateOf(directory: string): string {
  return filesIn(directory)
    .map((path) => {
      const file = statSync(path, { throwIfNoEntry: false });
      return `${path} ${file?.size} ${file?.mtimeMs}`;
    })
    .join('\n');
}

function filesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry: Dirent) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  } catch {
    return [];
  }
}
