import type { Returned } from '../../core/calls/call.ts';
import { UNSEEN } from '../calls/print.ts';
import type { Repeats } from '../calls/repeats.ts';

/** The beginning of a finished call, up to the first field after its type (0.169.0). */
const HEAD = /^\{"type":"item\.completed","item":\{"id":"[^"]{1,64}","type":"(command_execution|file_change|mcp_tool_call|web_search)",/;
const HEAD_LENGTH = 192;
const COMMAND = '"command":';
const RESULT = ',"result":';

/**
 * The finished call in an event, or nothing. The text is searched, not parsed. Of a
 * changed file only the name is written, and of a search only the query, so these equal no other.
 */
export function callIn(line: string, repeats: Repeats): Returned[] {
  const [head, tool] = HEAD.exec(line.slice(0, HEAD_LENGTH)) ?? [];
  if (head === undefined || tool === undefined) return [];
  const call = line.slice(head.length);
  const isShown = tool === 'command_execution' || (tool === 'mcp_tool_call' && call.includes(RESULT));
  if (!isShown) return [{ kind: 'returned', id: null, tool, ...UNSEEN }];
  const print = repeats.printOf(call);
  const input = tool === 'command_execution' && call.startsWith(COMMAND) ? call.slice(COMMAND.length) : call;
  return [{ kind: 'returned', id: null, tool, ...print, ...repeats.inputOf(print, input) }];
}
