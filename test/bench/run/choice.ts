/** What a command line asks for: these parts, the list of their names, or neither. */
export type Choice =
  | { readonly kind: 'measure'; readonly names: readonly string[] }
  | { readonly kind: 'list' }
  | { readonly kind: 'wrong'; readonly because: string };

/**
 * The parts whose names contain one of the words, in any case; all of them if there are no words. A
 * part's whole name means that part only.
 */
export function choice(words: readonly string[], names: readonly string[]): Choice {
  if (words.includes('--list')) return { kind: 'list' };
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) return { kind: 'wrong', because: `expected names of parts, or --list, got ${option}` };
  const unknown = words.find((word) => partsOf(word, names).length === 0);
  if (unknown !== undefined) return { kind: 'wrong', because: `expected a part of the benchmark, got '${unknown}'` };
  const chosen = new Set(words.flatMap((word) => partsOf(word, names)));
  return { kind: 'measure', names: words.length === 0 ? names : names.filter((name) => chosen.has(name)) };
}

function partsOf(word: string, names: readonly string[]): readonly string[] {
  const wanted = word.toLowerCase();
  const exact = names.filter((name) => name.toLowerCase() === wanted);
  return exact.length > 0 ? exact : names.filter((name) => name.toLowerCase().includes(wanted));
}
