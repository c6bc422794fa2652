import type { Interpreter } from '../agents/contract/agent.ts';
import type { Signal } from '../core/model/facts.ts';

/** What an interpreter makes of lines; where it fails, that is reported, and they say nothing. `where` names them. */
export function understood(interpreter: Interpreter, lines: readonly string[], where: string, report: (problem: string) => void): Signal[] {
  if (lines.length === 0) return [];
  try {
    // A copy: a piece of a line that is kept would keep the whole megabyte that it was cut from.
    return JSON.parse(JSON.stringify(interpreter.read(lines)));
  } catch (error) {
    report(`${where} were not understood: ${error instanceof Error ? error.stack : error}`);
    return [];
  }
}
