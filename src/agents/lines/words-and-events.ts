import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter } from '../contract/agent.ts';
import { looksLikeJson } from '../event/json.ts';

/** The shape of an agent's events. */
export interface Events {
  /** How any of the agent's events begins. */
  readonly event: RegExp;
  /** How an event begins that the agent writes only while it works. */
  readonly works: RegExp;
}

/**
 * Interprets events, and the plain words between them. Anything that shares the agent's output can
 * write words, so signals from words are marked. The core is informed of the first event, and of
 * the first one after such words that shows the agent working.
 */
export function wordsAndEvents(events: Events, event: (line: string) => Signal[], words: (line: string) => Signal[]): Interpreter {
  let isHeard = false;
  let isDoubted = false;
  const prose = (text: string): readonly Signal[] => {
    const said = words(text);
    if (said.length === 0) return said;
    isDoubted = true;
    return said.map(asWords);
  };
  const line = (text: string): readonly Signal[] => {
    const signals = event(text);
    if (isHeard && !isDoubted) return signals;
    const head = text.slice(0, HEAD_LENGTH);
    const works = events.works.test(head) || signals.some(isWork);
    if (!works && (isHeard || !(events.event.test(head) || signals.length > 0))) return signals;
    isHeard = true;
    if (works) isDoubted = false;
    return [{ kind: 'event', works }, ...signals];
  };
  return {
    // Most lines yield nothing, and a list for each would take longer than matching them.
    read(lines) {
      const all: Signal[] = [];
      for (const text of lines) {
        if (text === '') continue;
        const signals = looksLikeJson(text) ? line(text) : prose(text);
        for (const signal of signals) all.push(signal);
      }
      return all;
    },
  };
}

const HEAD_LENGTH = 128;

const isWork = (signal: Signal): boolean => signal.kind === 'tool' || (signal.kind === 'turn' && signal.well);

/** The same signal, marked as known from plain words only. */
export function asWords(signal: Signal): Signal {
  switch (signal.kind) {
    case 'turn':
    case 'tool':
    case 'called':
    case 'returned':
    case 'todo':
    case 'agent':
    case 'event':
    case 'done':
    case 'retrying':
    case 'usage':
    case 'window':
      return signal;
    default:
      return { ...signal, source: 'words' };
  }
}
