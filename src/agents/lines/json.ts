const BRACE = 0x7b;
/** Longest line that is parsed: events that matter are short, but for results and lists of todos. */
const MAX_PARSED_LENGTH = 1024 * 1024;

export const looksLikeJson = (line: string): boolean => line.charCodeAt(0) === BRACE;

/** One event of an agent; null: it is torn, or too long to be one that matters. What is in it has to be looked at with care. */
export function jsonLine<T>(line: string): Partial<T> | null {
  if (line.length > MAX_PARSED_LENGTH) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
