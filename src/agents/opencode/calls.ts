import type { Returned } from '../../core/calls/call.ts';
import { UNSEEN } from '../calls/print.ts';
import type { Repeats } from '../calls/repeats.ts';

const TOOL = /"tool":"([^"\\]{1,128})"/;
const HEAD_LENGTH = 512;
const INPUT = '"input":';
/** After the input and the output: when the tool ran (1.18.33). */
const TIME = '"time":{"start":';
/** Files that a tool returned, beside the text of its output. */
const ATTACHED = '"attachments":[';

/** The finished call in a `tool_use` event. The text is searched, not parsed. */
export function callIn(line: string, repeats: Repeats): Returned[] {
  const tool = TOOL.exec(line.slice(0, HEAD_LENGTH))?.[1];
  const begin = line.indexOf(INPUT);
  const end = line.lastIndexOf(TIME);
  if (tool === undefined || begin < 0 || end < begin) return [];
  if (line.indexOf(ATTACHED, end) >= 0) return [{ kind: 'returned', id: null, tool, ...UNSEEN }];
  const call = line.slice(begin + INPUT.length, end);
  const print = repeats.printOf(`${tool} ${call}`);
  return [{ kind: 'returned', id: null, tool, ...print, ...repeats.inputOf(print, call) }];
}
