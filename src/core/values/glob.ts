/**
 * A test for texts that match one of these patterns: `*` is any text, `?` one character, all else
 * is literal.
 */
export function globs(patterns: readonly string[]): (text: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll(/\*+|\?|[^*?]+/g, expressionOf)}$`, 'su'));
  return (text) => expressions.some((expression) => expression.test(text));
}

function expressionOf(part: string): string {
  if (part === '?') return '.';
  return part.startsWith('*') ? '.*' : RegExp.escape(part);
}
