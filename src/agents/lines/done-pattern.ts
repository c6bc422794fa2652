import type { Signal } from '../../core/model/facts.ts';
import type { Reading } from '../contract/agent.ts';
import { short } from './short.ts';

/** Longest text that the operator's pattern is tried on. */
const MAX_TRIED_LENGTH = 65_536;

/**
 * The pattern of --done-log, tried on each line of a text. Lines of the resume prompt that the
 * agent repeats never match.
 */
export function donePattern({ done, resumePrompt }: Reading): (text: string) => Signal[] {
  if (done.logPattern === null) return NO_PATTERN;
  const pattern = new RegExp(done.logPattern);
  const prompt = resumePrompt.split('\n').map((line) => line.trim().split(PLACEHOLDER));
  return (text) => {
    const lines = text.slice(0, MAX_TRIED_LENGTH).split('\n');
    const found = lines.find((line) => pattern.test(line) && !prompt.some((pieces) => repeats(line.trim(), pieces)));
    return found === undefined ? [] : [{ kind: 'done', text: short(found) }];
  };
}

/** Without a pattern no text matches, so that none needs to be parsed. */
export const NO_PATTERN = (): Signal[] => [];

/** The values that replaced placeholders in a prompt are unknown here. */
const PLACEHOLDER = /\{{1,2}[a-z]{1,64}\}{1,2}/;

/**
 * Whether the line contains these pieces of a prompt's line in order, with anything between them.
 */
function repeats(line: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  // A line of nothing but placeholders could be any line.
  if (pieces.join('') === '' || !line.startsWith(first)) return false;
  if (last === undefined) return line === first;
  let end = first.length;
  for (const piece of others) {
    const at = line.indexOf(piece, end);
    if (at < 0) return false;
    end = at + piece.length;
  }
  return line.endsWith(last) && line.length - last.length >= end;
}
