import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const GET = fileURLToPath(new URL('../../.ci/get-faketime.sh', import.meta.url));
const UNPACKED = join(tmpdir(), 'dogwatch-faketime');

/** Variables with which a process sees another clock (`+0 x1200`, `-1h`); a reason in words where that can't be had here. */
export function anotherClock(faketime: string): { readonly env: Readonly<Record<string, string>> } | { readonly missing: string } {
  const { status, stderr } = spawnSync(GET, [UNPACKED], { encoding: 'utf8' });
  if (status !== 0) return { missing: stderr.trim() || 'libfaketime can not be unpacked' };
  const library = librariesIn(join(UNPACKED, 'usr/lib')).find((path) => path.endsWith('libfaketimeMT.so.1'));
  return library === undefined ? { missing: 'libfaketime is not in its package' } : { env: { LD_PRELOAD: library, FAKETIME: faketime } };
}

const librariesIn = (directory: string): readonly string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) => join(parentPath, name))
    : [];
