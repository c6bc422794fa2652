import { type Fields, partOf, type Read } from './fields.ts';

const BRACE = 0x7b;
/** Longest line that is parsed. Events that matter are short, except results and lists of todos. */
const MAX_PARSED_LENGTH = 1024 * 1024;

export const looksLikeJson = (line: string): boolean => line.charCodeAt(0) === BRACE;

/** The last line that was parsed: several parts of a module look at the same one. */
let last: { readonly line: string; readonly event: object | null } = { line: '', event: null };

/**
 * Parses one event of an agent, with the fields of this shape as far as they have its types.
 * Returns null if the line is torn, no object, or too long to matter. The event is shared: nobody
 * may change it.
 */
export const jsonLine = <const S extends Fields>(line: string, shape: S): Read<S> | null => read(line, shape) as never;

function read(line: string, shape: Fields): object | null {
  if (line.length > MAX_PARSED_LENGTH) return null;
  if (line !== last.line) last = { line, event: objectOf(line) };
  return last.event === null ? null : ((partOf(last.event, shape) ?? null) as object | null);
}

/** Parses a line. Returns null for anything but an object, such as a torn line. */
export function objectOf(line: string): object | null {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' ? event : null;
  } catch {
    return null;
  }
}

const TYPE = '{"type":"';
const MAX_TYPE_LENGTH = 32;

/** The type that an event begins with, or null if it begins otherwise. */
export function typeOf(line: string): string | null {
  if (!line.startsWith(TYPE)) return null;
  const end = line.slice(TYPE.length, TYPE.length + MAX_TYPE_LENGTH + 1).indexOf('"');
  return end < 0 ? null : line.slice(TYPE.length, TYPE.length + end);
}

const CONTENT = '"content":[';
export const AFTER_CONTENT = '],"stop_reason":';

/**
 * Parses an event with a message in Anthropic's format, without what the message says: that is
 * most of it. Inside of a JSON string the quotes of these keys would be escaped.
 */
export function jsonWithoutContent<const S extends Fields>(line: string, shape: S): Read<S> | null {
  const begin = line.indexOf(CONTENT) + CONTENT.length;
  const end = line.lastIndexOf(AFTER_CONTENT);
  const isWhole = begin < CONTENT.length || end < begin;
  return ((isWhole ? null : read(line.slice(0, begin) + line.slice(end), shape)) ?? read(line, shape)) as never;
}
