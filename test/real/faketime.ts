import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedIn, whyNotUnpacked } from './unpacked.ts';

/**
 * Variables with which a process sees another clock (`+0 x1200`, `-1h`), or why that is impossible
 * here.
 */
export function anotherClock(faketime: string): { readonly env: Readonly<Record<string, string>> } | { readonly missing: string } {
  const missing = whyNotUnpacked('faketime', 'libfaketime');
  if (missing !== null) return { missing };
  const files = readdirSync(join(unpackedIn('faketime'), 'usr/lib'), { recursive: true, withFileTypes: true });
  const library = files.find(({ name }) => name === 'libfaketimeMT.so.1');
  return library === undefined
    ? { missing: 'libfaketime is not in its package' }
    : { env: { LD_PRELOAD: join(library.parentPath, library.name), FAKETIME: faketime } };
}
