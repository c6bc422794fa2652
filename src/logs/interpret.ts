import type { Interpreter } from '../agents/contract/agent.ts';
import type { Signal } from '../core/model/facts.ts';

/**
 * The signals that an interpreter finds in lines. If it throws, that is reported and the lines
 * yield none. `where` names them in the report.
 */
export function understood(interpreter: Interpreter, lines: readonly string[], where: string, report: (problem: string) => void): Signal[] {
  if (lines.length === 0) return [];
  try {
    // A copy, because a kept piece of a line would retain the whole megabyte it was sliced from.
    return JSON.parse(JSON.stringify(interpreter.read(lines)));
  } catch (error) {
    report(`${where} were not understood: ${error instanceof Error ? error.stack : error}`);
    return [];
  }
}
