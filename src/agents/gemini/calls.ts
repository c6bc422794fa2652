import type { Called, Returned } from '../../core/calls/call.ts';
import { UNSEEN } from '../calls/print.ts';
import type { Repeats } from '../calls/repeats.ts';

/** Events of gemini-cli 0.61.0: a call, and its result with what the terminal would show of it. */
const USE = /"tool_name":"([^"\\]{1,128})","tool_id":"([^"\\]{1,128})","parameters":/;
const RESULT = /"tool_id":"([^"\\]{1,128})",/;
const HEAD_LENGTH = 512;
/** Of other tools the terminal shows a summary only, such as the number of lines that were read. */
const SHOWN = 'run_shell_command';

export function callIn(line: string, repeats: Repeats): Called[] {
  const use = USE.exec(line.slice(0, HEAD_LENGTH));
  if (use === null) return [];
  const [whole, tool = '', id = ''] = use;
  const input = line.slice(use.index + whole.length);
  if (tool !== SHOWN) return [{ kind: 'called', id, tool, ...UNSEEN }];
  const print = repeats.printOf(input);
  return [{ kind: 'called', id, tool, ...print, ...repeats.inputOf(print, input) }];
}

export function resultIn(line: string, repeats: Repeats): Returned[] {
  const result = RESULT.exec(line.slice(0, HEAD_LENGTH));
  if (result === null) return [];
  return [{ kind: 'returned', id: result[1] ?? '', ...repeats.printOf(line.slice(result.index + result[0].length)) }];
}
