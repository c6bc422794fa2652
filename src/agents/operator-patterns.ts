import type { Signal } from '../core/types.ts';
import type { LogContext, Reading } from './agent.ts';
import { plainLine } from './plain-line.ts';
import { troubleOf } from './troubles.ts';

/** What the operator says of the lines of a command that dogwatch does not know, tried on the beginning of each line, free of escapes. */
export function operatorPatterns({ patterns, sessionPattern }: Reading, context: LogContext): (line: string) => Signal[] {
  const table = patterns.map(({ signal, pattern }) => ({ signal, pattern: new RegExp(pattern) }));
  const session = sessionPattern === null ? null : new RegExp(sessionPattern);
  if (table.length === 0 && session === null) return () => [];
  return (line) => {
    const text = plainLine(line);
    const id = session?.exec(text)?.[1];
    const learned: Signal[] = id === undefined || id === '' ? [] : [{ kind: 'session', id }];
    const said = table.find(({ pattern }) => pattern.test(text))?.signal;
    if (said === undefined) return learned;
    return [...learned, said === 'turn' ? { kind: 'turn', well: true } : troubleOf(said, text, context)];
  };
}
