import type { Signal } from '../../core/model/facts.ts';
import type { Reading } from '../contract/agent.ts';
import { short } from './short.ts';

/** Longest text that the operator's pattern is tried on. */
const MAX_TRIED_LENGTH = 65_536;

/** The pattern of --done-log, tried on each line of a text. It never matches a line of the resume prompt that the agent repeats. */
export function donePattern({ done, resumePrompt }: Reading): (text: string) => Signal[] {
  if (done.logPattern === null) return () => [];
  const pattern = new RegExp(done.logPattern);
  const prompt = resumePrompt.split('\n').map((line) => line.trim().split(PLACEHOLDER));
  return (text) => {
    const lines = text.slice(0, MAX_TRIED_LENGTH).split('\n');
    const found = lines.find((line) => pattern.test(line) && !prompt.some((pieces) => repeats(line.trim(), pieces)));
    return found === undefined ? [] : [{ kind: 'done', text: short(found) }];
  };
}

/** What stands there in a prompt that was sent is not known here. */
const PLACEHOLDER = /\{{1,2}[a-z]{1,64}\}{1,2}/;

/** The line holds these pieces of a prompt's line in their order, with anything between them. */
function repeats(line: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces;
  const last = others.pop();
  // A line of placeholders only could be any line.
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
