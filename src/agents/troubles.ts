import type { Signal } from '../core/types.ts';
import type { LogContext } from './agent.ts';
import { resetTime } from './reset-time.ts';
import { short } from './short.ts';

export type TroubleKind = Exclude<Extract<Signal, { readonly text: string }>['kind'], 'done'>;

/** What a program says of its troubles: the first pattern that matches decides; null: it says so of no trouble. */
export type Troubles = readonly (readonly [pattern: RegExp, kind: TroubleKind | null])[];

/** The trouble that a text tells of, with the time of a limit's reset where it says one; null: none. `shown` is what people read instead. */
export function understand(troubles: Troubles, text: string, context: LogContext, shown = text): Signal | null {
  const kind = troubles.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  return kind === null ? null : troubleOf(kind, shown, context);
}

export const troubleOf = (kind: TroubleKind, text: string, { atWall, zone }: LogContext): Signal =>
  kind === 'limit'
    ? { kind, resetsAtWall: resetTime(text, atWall(), zone)?.atWall ?? null, text: short(text) }
    : { kind, text: short(text) };

/** A full disk or quota, as systems say it; the limit of file watchers has the same number. */
export const NO_SPACE = /\bE(?:NOSPC|DQUOT)\b(?!: System limit)|\bno space left on device\b|\bdisk quota exceeded\b/i;
