import type { Signal } from '../../core/model/facts.ts';
import type { LogContext, Reading } from '../contract/agent.ts';
import { plainLine } from '../lines/plain.ts';
import { troubleOf } from '../lines/troubles.ts';
import { asWords } from '../lines/words-and-events.ts';

/**
 * The operator's patterns for a command that dogwatch does not know, tried on the beginning of each
 * line, without escapes.
 */
export function operatorPatterns({ patterns, sessionPattern }: Reading, context: LogContext): (line: string) => Signal[] {
  const table = patterns.map(({ signal, pattern }) => ({ signal, pattern: new RegExp(pattern) }));
  const session = sessionPattern === null ? null : new RegExp(sessionPattern);
  if (table.length === 0 && session === null) return () => [];
  let isRefused = false;
  return (line) => {
    const text = plainLine(line);
    const id = session?.exec(text)?.[1];
    const update: Signal[] = id === undefined || id === '' ? [] : [{ kind: 'session', id }];
    const said = table.find(({ pattern }) => pattern.test(text))?.signal;
    if (said === undefined) return update;
    if (said !== 'turn') {
      isRefused = true;
      return [...update, asWords(troubleOf(said, text, context))];
    }
    // As for every other agent, a trouble in a turn precedes the turn's end.
    const well = !isRefused;
    isRefused = false;
    return [...update, { kind: 'turn', well }];
  };
}
