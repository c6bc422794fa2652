import type { Signal } from '../core/model/facts.ts';
import { amountsOf } from '../core/spend/amount.ts';
import { costInShort, reportOf } from '../core/spend/report.ts';
import type { Usage } from '../core/spend/usage.ts';
import { tokensInWords } from '../core/values/money.ts';
import { truncate } from '../core/values/truncate.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';

/** A row of `classify`. `resetsAt` is present only if the line states when a limit resets. */
export interface Classified {
  readonly line: number;
  readonly signal: string;
  readonly resetsAt?: string;
  /** Present only if the line says what the agent used. */
  readonly usage?: readonly Pick<Usage, 'of' | 'id' | 'shares'>[];
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

/** Returns the one signal of a line that can affect a decision, and what it says about usage. */
export function classified(line: number, text: string, signals: readonly Signal[]): Classified {
  const found = signals.find(({ kind }) => SAID.includes(kind));
  const resets = found?.kind === 'limit' && found.resetsAtWall !== null ? { resetsAt: iso(found.resetsAtWall) } : {};
  const usages = signals.filter((signal) => signal.kind === 'usage');
  const used = usages.length === 0 ? {} : { usage: usages.map(({ of, id, shares }) => ({ of, id, shares })) };
  const shown = found !== undefined && 'text' in found ? found.text : sanitizeForTerminal(truncate(text, MAX_TEXT_LENGTH));
  return { line, signal: found?.kind ?? (usages.length === 0 ? 'none' : 'usage'), ...resets, ...used, text: shown };
}

const iso = (wall: number): string => new Date(wall).toISOString().replace('.000Z', 'Z');

export const HEADER = 'signal           resets at (UTC)       line\n';

export const row = ({ line, signal, resetsAt = '', usage = [], text }: Classified): string =>
  `${signal.padEnd(15)}  ${resetsAt.padEnd(20)}  ${line}: ${usage.map(usedInWords).join('')}${text}\n`;

/** `answer of opus: 1.2k tokens, ≈$0.01 | `, before the text of the line. */
function usedInWords({ of, shares }: Pick<Usage, 'of' | 'shares'>): string {
  const models = shares.map(({ model }) => sanitizeForTerminal(model ?? 'unknown model'));
  const cost = reportOf(amountsOf(shares));
  const tokens = `${tokensInWords(cost.tokens?.total ?? 0)} tokens`;
  return `${of} of ${models.join(', ')}: ${tokens}${cost.usd === null ? ', price unknown' : `, ${costInShort(cost)}`} | `;
}
