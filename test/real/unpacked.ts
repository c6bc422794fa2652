import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the component NAME is unpacked by `.ci/get-NAME.sh`, once a machine. */
export const unpackedIn = (name: string): string => join(tmpdir(), `dogwatch-${name}`);

/** Unpacks it, where that is not done yet. Why it can't be had here; null: it is there. `what` is its name for people. */
export function whyNotUnpacked(name: string, what: string): string | null {
  const get = fileURLToPath(new URL(`../../.ci/get-${name}.sh`, import.meta.url));
  const { status, stderr } = spawnSync(get, [unpackedIn(name)], { encoding: 'utf8' });
  return status === 0 ? null : stderr.trim() || `${what} cannot be unpacked`;
}
