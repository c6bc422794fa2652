import type { Called, Returned } from '../../core/calls/call.ts';
import type { Repeats } from '../calls/repeats.ts';

/** Events of pi 1.6.0: the beginning and the end of a tool's execution. */
const START = /^\{"type":"tool_execution_start","toolCallId":"([^"\\]{1,128})","toolName":"([^"\\]{1,128})","args":/;
const END = /^\{"type":"tool_execution_end","toolCallId":"([^"\\]{1,128})",/;
const HEAD_LENGTH = 384;
/** How long it took is another number each time. */
const DURATIONS = /"wall_time_seconds":[\d.]{1,20}|,"durationMs":\d{1,12}/g;
const MAX_CLEANED_LENGTH = 65_536;

export function callIn(line: string, repeats: Repeats): Called[] {
  const start = START.exec(line.slice(0, HEAD_LENGTH));
  if (start === null) return [];
  const [whole, id = '', tool = ''] = start;
  const input = line.slice(whole.length, -1);
  return [repeats.called(id, tool, input)];
}

export function resultIn(line: string, repeats: Repeats): Returned[] {
  const end = END.exec(line.slice(0, HEAD_LENGTH));
  if (end === null) return [];
  const [whole, id = ''] = end;
  return [{ kind: 'returned', id, ...repeats.printOf(withoutDurations(line.slice(whole.length))) }];
}

/** Only the end of a long result is cleaned: that is where the durations are. */
function withoutDurations(text: string): string {
  const at = Math.max(0, text.length - MAX_CLEANED_LENGTH);
  return text.slice(0, at) + text.slice(at).replaceAll(DURATIONS, '');
}
