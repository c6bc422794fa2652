import type { Called, Returned } from '../../core/calls/call.ts';
import type { Repeats } from '../calls/repeats.ts';

/** Events of cline 3.0.65: the beginning and the end of a tool's execution. */
const HEAD = '"contentType":"tool","toolName":"([^"\\\\]{1,128})","toolCallId":"([^"\\\\]{1,128})",';
const START = new RegExp(`${HEAD}"input":`);
const END = new RegExp(HEAD);
const HEAD_LENGTH = 512;
/** How long it took is another number each time. */
const DURATION = ',"durationMs":';

export function callIn(line: string, repeats: Repeats): Called[] {
  const start = START.exec(line.slice(0, HEAD_LENGTH));
  if (start === null) return [];
  const [whole, tool = '', id = ''] = start;
  const input = line.slice(start.index + whole.length, -2);
  return [repeats.called(id, tool, input)];
}

export function resultIn(line: string, repeats: Repeats): Returned[] {
  const head = END.exec(line.slice(0, HEAD_LENGTH));
  if (head === null) return [];
  const begin = head.index + head[0].length;
  const end = line.lastIndexOf(DURATION);
  return [{ kind: 'returned', id: head[2] ?? '', ...repeats.printOf(line.slice(begin, end < begin ? undefined : end)) }];
}
