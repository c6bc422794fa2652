/**
 * A name as a part of a key. An engine allows few characters there; every other one is written as
 * its UTF-8 bytes, so that no two names have one key.
 */
export const keyPart = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, '0')}`).join(''),
  );

/** The name of which this is the part of a key, or null if it is of none. */
export function nameOf(part: string): string | null {
  try {
    const name = decodeURIComponent(part.replaceAll('_', '%'));
    return keyPart(name) === part ? name : null;
  } catch {
    return null;
  }
}

export const runKey = (host: string, run: string): string => `${keyPart(host)}.${keyPart(run)}`;

/** The host and the run that a key is of, or null if it is of none. */
export function runOfKey(key: string): { readonly host: string; readonly run: string } | null {
  const [host, run, ...others] = key.split('.').map(nameOf);
  return host == null || run == null || others.length > 0 ? null : { host, run };
}

const KEY = /^[\w-]+(\.[\w-]+)*$/;
const BEGINNING = /^([\w-]+\.)*[\w-]*$/;

/** Throws for a text that is no key: what stands for several keys, or for another. */
export function checkedKey(key: string): string {
  if (!KEY.test(key)) throw new RangeError(`expected a key of letters, digits, "_", "-" and ".", got ${JSON.stringify(key)}`);
  return key;
}

/** Throws for a text with which no key begins. */
export function checkedPrefix(prefix: string): string {
  if (!BEGINNING.test(prefix)) throw new RangeError(`expected the beginning of a key, got ${JSON.stringify(prefix)}`);
  return prefix;
}
