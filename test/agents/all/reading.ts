import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName, RunSpec, Signal } from '../../../src/core/model/facts.ts';

const DONE: RunSpec['done'] = { file: null, fileBefore: null, logPattern: null, check: null, exit: false };
export const NOON = Date.parse('2026-06-10T12:00:00Z');
/** Of these there are tables of their own: `lines/words-and-events.test.ts` and `calls/calls.test.ts`. */
const UNSAID: readonly Signal['kind'][] = ['event', 'usage', 'window', 'called', 'returned'];
/** What an agent's module reads in lines. */
export const read = (agent: AgentName, lines: readonly string[], logPattern: string | null = null): Signal[] =>
  agentFor(agent)
    .interpreter(
      { done: { ...DONE, logPattern }, resumePrompt: 'ALL DONE is what you say', command: [], patterns: [], sessionPattern: null },
      { atWall: () => NOON, zone: 'UTC', session: () => null },
    )
    .read(lines)
    .filter(({ kind }) => !UNSAID.includes(kind));
export const inShort = (signals: readonly Signal[]): string =>
  signals.map((signal) => (signal.kind === 'turn' ? `turn:${signal.well ? 'well' : 'badly'}` : signal.kind)).join(' ');
export const json = (...events: unknown[]): string[] => events.map((event) => JSON.stringify(event));
export const claudeSays = (...content: unknown[]) => ({ type: 'assistant', message: { role: 'assistant', content } });
export const LIMIT = "You've hit your limit · resets 8pm (Europe/Berlin)";
export const rejected = {
  type: 'rate_limit_event',
  rate_limit_info: { status: 'rejected', resetsAt: 1_781_100_000, rateLimitType: 'five_hour' },
};
export const result = (rest: object) => ({ duration_api_ms: 1, ...rest, type: 'result' });
