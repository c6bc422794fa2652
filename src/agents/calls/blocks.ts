import type { Called, Returned } from '../../core/calls/call.ts';
import { fitted, listOf, type Read } from '../event/fields.ts';
import type { Repeats } from './repeats.ts';

/** Longest message that is parsed, which is needed only if it holds several results. */
const MAX_PARSED_LENGTH = 1024 * 1024;

const USE = /"type":"tool_use","id":"([^"\\]{1,128})","name":"([^"\\]{1,128})","input":/g;
const STOP = ',"stop_reason":';
const RESULT = /"tool_use_id":"([^"\\]{1,128})",?/;
const RESULT_ID = '"tool_use_id":"';

/**
 * The calls in an assistant's message of Claude Code 2.1.332 or qwen-code 0.24.4. The text of the
 * event is searched, not parsed: inside of a JSON string its quotes would be escaped.
 */
export function callsIn(line: string, repeats: Repeats): Called[] {
  const message = messageOf(line);
  const stop = message.lastIndexOf(STOP);
  const content = stop < 0 ? message : message.slice(0, stop);
  const calls: Called[] = [];
  for (let use = useIn(content, 0); use !== null; ) {
    const [whole, id = '', tool = ''] = use;
    const begin = use.index + whole.length;
    use = useIn(content, begin);
    const input = content.slice(begin, use?.index);
    calls.push(repeats.called(id, tool, input, ofBlock));
  }
  return calls;
}

function useIn(content: string, from: number): RegExpExecArray | null {
  USE.lastIndex = from;
  return USE.exec(content);
}

/** An input without the end of its block, and of the list of blocks. */
const ofBlock = (input: string): string => input.replace(/\},?\{?\]?$/, '');

/** The results in the message that follows. */
export function resultsIn(line: string, repeats: Repeats): Returned[] {
  const message = messageOf(line);
  const only = RESULT.exec(message);
  if (only === null) return [];
  const end = only.index + only[0].length;
  if (message.includes(RESULT_ID, end)) return parsedResults(message, repeats);
  const [before, after] = [message.slice(0, only.index), message.slice(end)];
  // The id stands near the beginning or near the end: joining both parts would copy all of it.
  const print = before.length < after.length ? repeats.printOf(after, before) : repeats.printOf(before, after);
  return [{ kind: 'returned', id: only[1] ?? '', ...print }];
}

/** The message itself: around it are times and ids, and Claude Code repeats the result. */
function messageOf(line: string): string {
  const begin = line.indexOf('"message":{');
  if (begin < 0) return '';
  const end = line.indexOf(',"parent_tool_use_id":', begin);
  return line.slice(begin + '"message":'.length, end < 0 ? undefined : end);
}

const BLOCKS = listOf({ tool_use_id: 'any' });

function parsedResults(message: string, repeats: Repeats): Returned[] {
  if (message.length > MAX_PARSED_LENGTH) return [];
  // At the end of a line it is followed by the brace of the event.
  const content = contentOf(message) ?? contentOf(message.slice(0, -1)) ?? [];
  return content.flatMap(({ tool_use_id: id, ...rest }) =>
    typeof id === 'string' ? { kind: 'returned' as const, id, ...repeats.printOf(JSON.stringify(rest)) } : [],
  );
}

function contentOf(message: string): Read<typeof BLOCKS> | null {
  try {
    const { content } = JSON.parse(message) as { content?: unknown };
    return fitted(content, BLOCKS) ?? null;
  } catch {
    return null;
  }
}
