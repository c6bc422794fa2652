import type { Interpreter } from '../agents/contract/agent.ts';
import type { Signal } from '../core/model/facts.ts';

/**
 * The signals that an interpreter finds in lines. A line at which it throws yields none, and the
 * first of them is reported. `where` names the lines in the report.
 */
export function understood(interpreter: Interpreter, lines: readonly string[], where: string, report: (problem: string) => void): Signal[] {
  if (lines.length === 0) return [];
  const signals = together(interpreter, lines) ?? oneByOne(interpreter, lines, where, report);
  // A copy, because a kept piece of a line would retain the whole megabyte it was sliced from.
  return JSON.parse(JSON.stringify(signals));
}

function together(interpreter: Interpreter, lines: readonly string[]): Signal[] | null {
  try {
    return interpreter.read(lines);
  } catch {
    return null;
  }
}

/** Slower, but one line that an agent wrote wrongly takes no other with it. */
function oneByOne(interpreter: Interpreter, lines: readonly string[], where: string, report: (problem: string) => void): Signal[] {
  const problems: unknown[] = [];
  const signals = lines.flatMap((line) => {
    try {
      return interpreter.read([line]);
    } catch (error) {
      problems.push(error);
      return [];
    }
  });
  const [error] = problems;
  if (problems.length > 0) report(`${where}: not understood, ${problems.length} of them: ${error instanceof Error ? error.stack : error}`);
  return signals;
}
