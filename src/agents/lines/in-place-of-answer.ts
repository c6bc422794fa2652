import type { Signal } from '../../core/model/facts.ts';
import type { LogContext } from '../contract/agent.ts';
import { refusal } from './refusals.ts';
import { troubleOf } from './troubles.ts';

/**
 * What gemini-cli and qwen-code write instead of an answer when the provider refused, even in a
 * result that claims success.
 */
const IN_PLACE_OF_ANSWER = /^\[API Error: (.*)/s;

/** The refusal that such a text reports, or null if it reports none. */
export function apiError(text: string, context: LogContext): Signal | null {
  const said = IN_PLACE_OF_ANSWER.exec(text)?.[1];
  return said === undefined ? null : (refusal(said, context) ?? troubleOf('refused', said, context));
}
