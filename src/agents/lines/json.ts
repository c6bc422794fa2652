const BRACE = 0x7b;
/** Longest line that is parsed. Events that matter are short, except results and lists of todos. */
const MAX_PARSED_LENGTH = 1024 * 1024;

export const looksLikeJson = (line: string): boolean => line.charCodeAt(0) === BRACE;

/**
 * Parses one event of an agent. Returns null if the line is torn or too long to matter. The types
 * of its fields are not checked.
 */
export function jsonLine<T>(line: string): Partial<T> | null {
  if (line.length > MAX_PARSED_LENGTH) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
