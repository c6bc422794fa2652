import type { Agent } from '../../agents/contract/agent.ts';
import { lastLinesOf } from '../../agents/session/file.ts';
import { lossOf } from '../../core/evolve/loss.ts';
import type { Loss } from '../../core/model/attempt.ts';
import type { Run } from '../../core/model/run.ts';
import { type EndedAttempt, worked } from './open-calls.ts';

const OUTPUT_BYTES = 64 * 1024;

/**
 * Why the last steps may be missing in what an agent and its output kept, or null if nothing says
 * so. Then not even the calls that it made can be named.
 */
export function lossBeforeNext(
  agent: Pick<Agent, 'openCalls' | 'said' | 'isUnwritten'>,
  run: Pick<Run, 'attempt' | 'excuse'>,
  attempts: Iterable<EndedAttempt>,
  bootId: string,
): Loss | null {
  const seen = lossOf(run);
  if (seen !== null) return seen;
  // An attempt that did nothing has not made up for it.
  for (const { log, boot } of attempts) {
    if (boot !== null && boot !== bootId) return 'restarted';
    const { lines } = lastLinesOf(log, OUTPUT_BYTES);
    if (lines.some((line) => agent.isUnwritten?.(line) === true)) return 'disk-full';
    if (worked(agent, lines)) return null;
  }
  return null;
}

const BECAUSE: Readonly<Record<Loss, string>> = {
  restarted: 'The host was restarted since, perhaps after a loss of power',
  'disk-full': 'A disk was full when your session was to be written',
};

/** What a prompt says about it, or nothing. */
export const lossInWords = (loss: Loss | null): string =>
  loss === null
    ? ''
    : `${BECAUSE[loss]}: your last steps may be missing from this conversation, although they were made. Before each step that must not be made twice, look whether it was made.`;
