/** A test for texts that match one of these patterns: `*` is any text, `?` one character, all else stands for itself. */
export function globs(patterns: readonly string[]): (text: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const source = pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`, 's');
  });
  return (text) => expressions.some((expression) => expression.test(text));
}
