import { sanitizeForLine } from '../system/text/sanitize.ts';
import type { Clock } from '../view/clock.ts';
import { columnsOf, cut } from '../view/width.ts';

/** How a line stands out. Never by colour alone: each look has a sign or a word too. */
export type Look = 'plain' | 'strong' | 'faint' | 'person' | 'waits' | 'chosen' | 'chosen-person' | 'alarm';

export interface Line {
  readonly text: string;
  readonly look: Look;
}

/** What the terminal can show, and how times are written. */
export interface Pen {
  readonly clock: Clock;
  readonly isUnicode: boolean;
}

export const line = (text: string, look: Look = 'plain'): Line => ({ text, look });

const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '→': '->',
  '≥': '>=',
  '×': 'x',
  '—': '-',
  '–': '-',
  '“': '"',
  '”': '"',
  '’': "'",
};

/** Text of a run, safe to show, as part of one line. */
export function clean({ isUnicode }: Pick<Pen, 'isUnicode'>, text: string): string {
  const safe = sanitizeForLine(text);
  return isUnicode ? safe : safe.replaceAll(/[^ -~]/gu, (one) => PLAIN[one] ?? '?'.repeat(Math.max(1, columnsOf(one))));
}

export const within = ({ isUnicode }: Pick<Pen, 'isUnicode'>, text: string, columns: number): string =>
  cut(text, columns, isUnicode ? '…' : columns < 3 ? '.' : '...');

/** As many of the parts as there is room for, first ones first. */
export function joined(parts: readonly string[], columns: number, gap = '  '): string {
  let text = '';
  for (const part of parts) {
    const longer = text === '' ? part : `${text}${gap}${part}`;
    if (columnsOf(longer) > columns) break;
    text = longer;
  }
  return text;
}

/** A text at each end of a line; the right one goes if there is no room. */
export function spread(pen: Pen, left: string, right: string, columns: number): string {
  const gap = columns - columnsOf(left) - columnsOf(right);
  return gap < 2 ? within(pen, left, columns) : `${left}${' '.repeat(gap)}${right}`;
}
