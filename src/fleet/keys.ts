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
