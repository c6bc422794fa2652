import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { opencodeInterpreter } from '../../../src/agents/opencode/lines.ts';
import type { Signal } from '../../../src/core/model/facts.ts';
import { specWith } from '../../kit/core/world.ts';

const captured = (name: string): string[] =>
  readFileSync(new URL(`captures/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .slice(0, -1);
const read = (lines: readonly string[], spec = specWith()): Signal[] =>
  opencodeInterpreter(spec, { atWall: () => 0, zone: 'UTC', session: () => null })
    .read(lines)
    .filter(({ kind }) => kind !== 'event' && kind !== 'usage' && kind !== 'returned');
/** "session tool turn:well": each kind once in a row. */
const inShort = (signals: readonly Signal[]): string =>
  signals.map((signal) => (signal.kind === 'turn' ? `turn:${signal.well ? 'well' : 'badly'}` : signal.kind)).join(' ');

describe('captures of the real opencode 1.18.33', () => {
  test.each([
    ['badargs', 'session tool turn:well'],
    ['badtool', 'session tool turn:well'],
    ['cut1', 'session tool turn:well'],
    ['cuttool', 'session tool tool turn:well'],
    ['end1', 'session tool turn:well'],
    ['hang', 'session'],
    ['k9text-killed', 'session'],
    ['k9text-resumed', 'session tool turn:well'],
    ['k9tool-resumed', 'session tool turn:well'],
    ['multistep', 'session tool tool tool tool tool tool turn:well'],
    ['ok429', 'session tool turn:well'],
    ['per429', 'session transient turn:badly'],
    ['ra3600', ''],
    ['refused', 'session transient turn:badly'],
    ['s401', 'session auth turn:badly'],
    ['s500', 'session transient turn:badly'],
    ['sseerr', 'session tool turn:well'],
    ['ul429', 'session limit turn:badly'],
  ])('%s: %s', (name, expected) => {
    expect(inShort(read(captured(`${name}.stdout`)))).toBe(expected);
  });

  test('the session is that of the events', () => {
    expect(read(captured('hang.stdout'))[0]).toEqual({ kind: 'session', id: 'ses_dfd327c99ffeTTSdKnQALAFqYD' });
  });
});

describe('single lines', () => {
  const event = (type: string, part: unknown, session = 'ses_1') => JSON.stringify({ type, timestamp: 1, sessionID: session, part });
  test.each<[what: string, lines: string[], expected: string]>([
    ['an unknown session', ['Error: Session not found'], 'session-missing'],
    ['the same in colours', ['\u001b[91m\u001b[1mError: \u001b[0mSession not found'], 'session-missing'],
    [
      'the same of 1.14.19',
      ['NotFoundError: NotFoundError', ' data: {', '  message: "Session not found: ses_1",', ' },'],
      'session-missing',
    ],
    ['the same in one line', ['NotFoundError: Session not found: ses_1'], 'session-missing'],
    ['a full disk', ['Error: ENOSPC: no space left on device, write'], 'no-space'],
    ['another failure', ['Error: Unexpected error'], 'error'],
    ['credentials that the provider refuses', ['Error: Incorrect API key provided'], 'auth'],
    ['the same in colours', ['\u001b[91m\u001b[1mError: \u001b[0mUnauthorized'], 'auth'],
    ['a provider that is down', ['Error: Unable to connect. Is the computer able to access the url?'], 'transient retrying'],
    ['a limit of the account', ['Error: You exceeded your current quota, please check your plan'], 'limit'],
    ['a model that says Error', [event('text', { type: 'text', text: 'Error: Session not found' })], 'session'],
    ['a tool that reads a limit', [event('tool_use', { tool: 'bash', state: { output: 'Monthly usage limit reached.' } })], 'session tool'],
    ['the output limit', [event('step_finish', { reason: 'length' })], 'session error turn:badly'],
    ['a step that goes on', [event('step_finish', { reason: 'tool-calls' })], 'session'],
    ['the turn of a sub-agent', [event('step_start', {}), event('step_finish', { reason: 'stop' }, 'ses_2')], 'session'],
    ['a torn line', ['{"type":"step_finish","timestamp":1,"sessionID":"ses_1","part":{"reason":"st'], 'session'],
    ['lines of no meaning', ['', '> build · fake-model', '{', 'null', '[]'], ''],
  ])('%s', (_what, given, expected) => {
    expect(inShort(read(given))).toBe(expected);
  });

  test('todos are counted', () => {
    const todos = [{ status: 'completed' }, { status: 'completed' }, { status: 'pending' }];
    const line = event('tool_use', { type: 'tool', tool: 'todowrite', state: { status: 'completed', input: { todos } } });
    expect(read([line]).at(-1)).toEqual({ kind: 'todo', done: 2, total: 3 });
  });

  test('the pattern of --done-log is for the agent’s own words', () => {
    const spec = specWith({ done: { logPattern: '^ALL DONE' }, resumePrompt: 'ALL DONE is what you say at the end.' });
    const kinds = (line: string) =>
      inShort(read([line], spec))
        .replace('session ', '')
        .replace('session', '');
    expect(kinds(event('text', { text: 'so:\nALL DONE' }))).toBe('done');
    expect(kinds(event('tool_use', { tool: 'read', state: { output: 'ALL DONE' } }))).toBe('tool');
    expect(kinds(event('text', { text: 'ALL DONE is what you say at the end.' }))).toBe('');
  });

  test('the time for hostile lines is proportional to their length', () => {
    const long = [
      `Error: ${'a '.repeat(500_000)}`,
      `{"type":"step_finish","x":"${'\\'.repeat(1_000_000)}`,
      '!'.repeat(1_000_000),
      ' usage '.repeat(200_000),
    ];
    const started = performance.now();
    read(long);
    // A pattern that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
