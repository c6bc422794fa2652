import type { Signal } from '../../core/model/facts.ts';
import type { Interpreter } from '../contract/agent.ts';
import { looksLikeJson } from './json.ts';

/** How an agent that writes events writes them. */
export interface Events {
  /** The head of an event of its own. */
  readonly event: RegExp;
  /** The head of one that only an agent at work writes. */
  readonly works: RegExp;
}

/**
 * Reads events, and the plain words between them. Anybody who shares the agent's output can write words: they are marked, and the core is
 * told of the first event, and of the first that shows the agent at work after such words.
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
    // Most lines say nothing: a list for each of them would take longer than its patterns.
    read(lines) {
      const all: Signal[] = [];
      for (const text of lines) {
        if (text === '') continue;
        const signals = looksLikeJson(text) ? line(text) : prose(text);
        if (signals.length > 0) all.push(...signals);
      }
      return all;
    },
  };
}

const HEAD_LENGTH = 128;

const isWork = (signal: Signal): boolean => signal.kind === 'tool' || (signal.kind === 'turn' && signal.well);

/** The same signal, known by plain words alone. */
export function asWords(signal: Signal): Signal {
  switch (signal.kind) {
    case 'turn':
    case 'tool':
    case 'todo':
    case 'agent':
    case 'event':
    case 'done':
    case 'retrying':
      return signal;
    default:
      return { ...signal, source: 'words' };
  }
}
