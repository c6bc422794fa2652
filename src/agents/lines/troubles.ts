import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { limitOf } from './limits.ts';
import { short } from './short.ts';
import { mayMatch, type Stems, stems } from './stems.ts';

export type TroubleKind = Exclude<Extract<Signal, { readonly text: string }>['kind'], 'done' | 'retrying'>;

/**
 * How a program words its troubles. The first pattern that matches decides; null means that the
 * line reports no trouble.
 */
export type Troubles = readonly (readonly [pattern: RegExp, kind: TroubleKind | null, stems?: Stems])[];

/** The row that a text matches, by the stems in it. Undefined if there is none. */
export const rowOf = (rows: Troubles, text: string, found: Stems): Troubles[number] | undefined =>
  rows.find(([pattern, , of]) => mayMatch(found, of) && pattern.test(text));

/** The status of a provider's answer, as programs print it. */
const STATUS =
  /^\[?(?:API Error: )?([45]\d\d)\b|(?:API Error|status(?: code)?|HTTP(?:\/[\d.]{1,3})?|["']?code["']?|failed with status)[:=]? ?\(?([45]\d\d)\b/i;

/** The printed status, or null if there is none. */
export function statusOf(text: string): number | null {
  const [, first, second] = STATUS.exec(text) ?? [];
  const status = first ?? second;
  return status === undefined ? null : Number(status);
}

/** The part of a refusal that is searched for its meaning. */
export const beginningOf = (text: string): string => text.slice(0, MAX_REFUSAL_LENGTH);
const MAX_REFUSAL_LENGTH = 4096;

export const troubleOf = (kind: TroubleKind, text: string, context: LogContext): Signal =>
  kind === 'limit' ? limitOf(text, context) : { kind, text: short(text) };

/** A refusal after which the agent retries by itself: a trouble, not a sign of work. */
export const withRetry = (trouble: Signal): Signal[] =>
  trouble.kind === 'transient' ? [trouble, { kind: 'retrying', text: trouble.text }] : [trouble];

/**
 * A full disk or quota, in operating systems' words. ENOSPC also reports the limit of file
 * watchers, which is excluded.
 */
export const NO_SPACE =
  /\bE(?:NOSPC|DQUOT|ROFS)\b(?!: System limit)|\bno space left on device\b|\bdisk quota exceeded\b|\bread-only file system\b/i;
export const NO_SPACE_STEMS = stems('eno', 'edq', 'ero', 'spa', 'sk ', 'd-o');
