import type { Called, Returned } from '../../core/calls/call.ts';
import type { Repeats } from '../calls/repeats.ts';

/** Events of copilot 1.0.102: the beginning and the end of a tool's execution. */
const START = /^\{"type":"tool\.execution_start","data":\{"toolCallId":"([^"\\]{1,128})","toolName":"([^"\\]{1,128})","arguments":/;
const END = /^\{"type":"tool\.execution_complete","data":\{"toolCallId":"([^"\\]{1,128})",/;
const HEAD_LENGTH = 384;
const AFTER_INPUT = ',"turnId":"';
const OUTCOME = ',"success":';
const AFTER_OUTCOME = ',"toolTelemetry":';
/** Each command has a shell of another number. */
const SHELL = /<shellId: \d{1,6} /g;

export function callIn(line: string, repeats: Repeats): Called[] {
  const start = START.exec(line.slice(0, HEAD_LENGTH));
  if (start === null) return [];
  const [whole, id = '', tool = ''] = start;
  const end = line.lastIndexOf(AFTER_INPUT);
  const input = line.slice(whole.length, end < whole.length ? undefined : end);
  return [repeats.called(id, tool, input)];
}

export function resultIn(line: string, repeats: Repeats): Returned[] {
  const [, id] = END.exec(line.slice(0, HEAD_LENGTH)) ?? [];
  if (id === undefined) return [];
  const begin = Math.max(0, line.indexOf(OUTCOME));
  const end = line.lastIndexOf(AFTER_OUTCOME);
  const outcome = line.slice(begin, end < begin ? undefined : end);
  return [{ kind: 'returned', id, ...repeats.printOf(outcome.replaceAll(SHELL, '')) }];
}
