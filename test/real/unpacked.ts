import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `.ci/get-NAME.sh` unpacks the component NAME, once per machine. */
export const unpackedIn = (name: string): string => join(tmpdir(), `dogwatch-${name}`);

/**
 * Unpacks it if necessary. Returns why it is unavailable here, or null if it is there. `what` is
 * its name for people.
 */
export function whyNotUnpacked(name: string, what: string): string | null {
  const get = fileURLToPath(new URL(`../../.ci/get-${name}.sh`, import.meta.url));
  const { status, stderr } = spawnSync(get, [unpackedIn(name)], { encoding: 'utf8' });
  return status === 0 ? null : stderr.trim() || `${what} cannot be unpacked`;
}
