/** FNV-1a, 32 bits: the same on every host. */
export function hash(text: string): number {
  let mixed = 0x811c9dc5;
  for (const character of text) mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return mixed >>> 0;
}

/**
 * Of which change of each key a host's rows are, in whatever order. The number of the last change
 * alone does not say so: an engine that lost a row may have the one after it.
 */
export const fingerprint = (rows: ReadonlyMap<string, { readonly number: number }>): number =>
  [...rows].reduce((mixed, [key, { number }]) => (mixed ^ hash(`${number}/${key}`)) >>> 0, rows.size);
