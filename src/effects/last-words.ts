import type { Agent } from '../agents/contract/agent.ts';
import { lastSaid } from '../agents/lines/last-said.ts';
import type { Run } from '../core/model/run.ts';
import { lastLines } from '../logs/last-lines.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';

/** How far back to search: attempts, and bytes at the end of each log. */
const ATTEMPTS = 20;
const TAIL_BYTES = 256 * 1024;

/**
 * Returns the last texts of a run's model from its logs: at most `count`, oldest first, from as
 * many attempts as necessary.
 */
export function lastWords(run: Pick<Run, 'id' | 'attempt'>, layout: Layout, agent: Pick<Agent, 'said'>, count: number): readonly string[] {
  const last = run.attempt?.number ?? 0;
  let texts: readonly string[] = [];
  for (let attempt = last; attempt > Math.max(0, last - ATTEMPTS) && texts.length < count; attempt--) {
    const lines = lastLines(attemptFiles(layout, run.id, attempt).log, TAIL_BYTES);
    texts = [...lastSaid(agent, lines, count - texts.length), ...texts];
  }
  return texts;
}
