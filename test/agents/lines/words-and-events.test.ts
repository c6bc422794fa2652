import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import type { AgentName, Signal } from '../../../src/core/model/facts.ts';
import { specWith } from '../../kit/core/world.ts';
import { json } from '../all/reading.ts';

const OWN = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
const OTHER = '11111111-2222-4333-8444-555555555555';
const LIMIT = "You've hit your weekly limit · resets Dec 6 at 3am (UTC)";

const reader = (agent: AgentName, session: string | null = null) => {
  const spec = specWith({ agent, command: [agent, '-p', '--session-id', OWN] });
  return agentFor(agent).interpreter(spec, { atWall: () => 0, zone: 'UTC', session: () => session });
};
const said = (signals: readonly Signal[]): string[] =>
  signals.map((signal) => {
    if (signal.kind === 'event') return signal.works ? 'works' : 'event';
    return 'source' in signal && signal.source !== undefined ? `${signal.kind} by ${signal.source}` : signal.kind;
  });

const INIT = { type: 'system', subtype: 'init', session_id: OWN };
const WORK = { type: 'assistant', message: { content: [] }, session_id: OWN };

describe('words are weaker than events', () => {
  test('they are marked, and the first event after them that shows work is reported', () => {
    const claude = reader('claude');
    expect(said(claude.read([LIMIT, ...json(INIT)]))).toEqual(['limit by words', 'event']);
    expect(said(claude.read(json(INIT, WORK)))).toEqual(['works', 'session']);
    expect(said(claude.read(json(WORK)))).toEqual([]);
    expect(said(claude.read([LIMIT, ...json({ type: 'system', subtype: 'api_retry', attempt: 1 }, WORK, WORK)]))).toEqual([
      'limit by words',
      'retrying',
      'works',
    ]);
  });

  test.each<[AgentName, lines: string[], expected: string[]]>([
    ['codex', ['ERROR: Quota exceeded.', ...json({ type: 'item.started', item: {} })], ['limit by words', 'works']],
    ['gemini', ['You have exhausted your daily quota on this model.', ...json({ type: 'tool_use' })], ['limit by words', 'works']],
    ['qwen', ['[API Error: 401 no]', ...json(WORK)], ['auth by words', 'works', 'session']],
    ['opencode', ['Error: x', ...json({ type: 'tool_use', sessionID: 'ses_1' })], ['error by words', 'works', 'session', 'tool']],
  ])('%s: %j', (agent, lines, expected) => {
    expect(said(reader(agent).read(lines))).toEqual(expected);
  });

  test('words name a session only if it is the one given to the start', () => {
    const inUse = (id: string) => [`Error: Session ID ${id} is already in use.`];
    expect(said(reader('claude').read(inUse(OWN)))).toEqual(['session by words']);
    expect(said(reader('claude').read(inUse(OTHER)))).toEqual([]);
  });

  test('words report a missing session only if it is the resumed one', () => {
    const missing = (id: string) => [`No conversation found with session ID: ${id}`];
    expect(said(reader('claude', OWN).read(missing(OWN)))).toEqual(['session-missing by words']);
    expect(said(reader('claude', OWN).read(missing(OTHER)))).toEqual([]);
  });
});

describe('a turn’s trouble precedes its end', () => {
  test('with the operator’s patterns, too', () => {
    const patterns = [
      { signal: 'limit', pattern: '^Rate limit' },
      { signal: 'turn', pattern: '^Session ended' },
    ] as const;
    const spec = specWith({ agent: 'generic', command: ['x'], patterns });
    const generic = agentFor('generic').interpreter(spec, { atWall: () => 0, zone: 'UTC', session: () => null });
    const turns = (lines: string[]) => generic.read(lines).flatMap((signal) => (signal.kind === 'turn' ? signal.well : []));
    expect(turns(['Rate limit: resets in 3 hours', 'Session ended'])).toEqual([false]);
    expect(turns(['Session ended'])).toEqual([true]);
  });
});
