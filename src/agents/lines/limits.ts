import type { Limit } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { possibleReset } from '../times/limit-window.ts';
import type { ResetTime } from '../times/reset.ts';
import { short } from './short.ts';

/**
 * How agents name limits, in prose and in events. The first match decides, so that each limit has
 * one name.
 */
const NAMES: readonly (readonly [pattern: RegExp, name: string, ofModel?: true])[] = [
  [/\bopus\b/i, 'seven_day_opus', true],
  [/\bsonnet\b/i, 'seven_day_sonnet', true],
  [/\b(?:5|five)[- ]hour\b|\bsession limit\b/i, 'five_hour'],
  [/\bweekly\b|\b(?:7|seven)[- ]day\b/i, 'seven_day'],
  [/\bspend(?:ing)? (?:cap|limit)\b/i, 'spend'],
  // Credits offered for sale are not credits spent.
  [/(?<!\b(?:purchase|buy|more|add) )\bcredits?\b|\bbilling details\b|\binsufficient_quota\b|\bexceeded your current quota\b/i, 'credit'],
  [/\bextra usage\b/i, 'overage'],
  [/\bmonthly\b/i, 'monthly'],
  [/\bdaily\b.{0,40}\bon this model\b|PerDayPer\w{0,40}Model/i, 'daily', true],
  [/\bdaily\b|PerDay|QUOTA_EXHAUSTED/i, 'daily'],
  [/FreeUsageLimitError|\bfree usage\b/i, 'free'],
];
/** Codex names a model's limit after the model (0.169.0). */
const OF_MODEL = /\busage limit for ([\w .-]{1,40}?)\. /;
/**
 * Spending caps, and limits set by an administrator: if no reset is stated, a person must lift
 * them.
 */
const CAP =
  /\bspend(?:ing)? (?:cap|limit)\b|\bmonthly usage limit\b|\bindividual (?:spend|usage) limit\b|\ballocation has been disabled\b|\bout of credits\b|\bcredit balance\b|\bbilling details\b|\binsufficient_quota\b|\bexceeded your current quota\b/i;

/** The spent limit that a text reports. */
export function limitOf(text: string, context: LogContext): Limit {
  const reset = resetOf(text, context);
  return limit(text, text, reset?.atWall ?? null, reset?.provenance ?? null);
}

/** When the limit that a text names resets, by that text. */
export const resetOf = (text: string, { atWall, zone }: LogContext): ResetTime | null => possibleReset(text, atWall(), zone);

/** A spent limit. `evidence` is the text that identifies it, `text` is what people read. */
export function limit(evidence: string, text: string, resetsAtWall: number | null, provenance: Limit['provenance']): Limit {
  const model = OF_MODEL.exec(evidence)?.[1]?.toLowerCase() ?? null;
  const [, name = 'usage', ofModel = false] = NAMES.find(([pattern]) => pattern.test(evidence)) ?? [];
  const isCap = resetsAtWall === null && CAP.test(evidence);
  return { kind: 'limit', text: short(text), name: model ?? name, ofModel: model !== null || ofModel, isCap, resetsAtWall, provenance };
}

/** Whether a type of limit in Claude Code's `rate_limit_event` (2.1.330) concerns one model. */
export const isOfModel = (type: string): boolean => /_(?:opus|sonnet|haiku)$/.test(type);
