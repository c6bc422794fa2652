import type { Signal } from '../core/model/facts.ts';
import { truncate } from '../core/values/truncate.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';

/** A row of `classify`. `resetsAt` is present only if the line states when a limit resets. */
export interface Classified {
  readonly line: number;
  readonly signal: string;
  readonly resetsAt?: string;
  readonly text: string;
}

const SAID: readonly Signal['kind'][] = [
  'limit',
  'transient',
  'auth',
  'context',
  'no-space',
  'permission',
  'session-missing',
  'cap',
  'refused',
  'done',
];
const MAX_TEXT_LENGTH = 200;

/** Returns the one signal of a line that can affect a decision. */
export function classified(line: number, text: string, signals: readonly Signal[]): Classified {
  const found = signals.find(({ kind }) => SAID.includes(kind));
  const resets = found?.kind === 'limit' && found.resetsAtWall !== null ? { resetsAt: iso(found.resetsAtWall) } : {};
  const shown = found !== undefined && 'text' in found ? found.text : sanitizeForTerminal(truncate(text, MAX_TEXT_LENGTH));
  return { line, signal: found?.kind ?? 'none', ...resets, text: shown };
}

const iso = (wall: number): string => new Date(wall).toISOString().replace('.000Z', 'Z');

export const HEADER = 'signal           resets at (UTC)       line\n';

export const row = ({ line, signal, resetsAt = '', text }: Classified): string =>
  `${signal.padEnd(15)}  ${resetsAt.padEnd(20)}  ${line}: ${text}\n`;
