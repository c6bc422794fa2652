import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { agentFor } from '../../../src/agents/registry.ts';
import { NOON } from '../all/reading.ts';

/**
 * Six processes of opencode 1.18.33 in sequence: a 429 with `retry-after: 3600`, a spent account, a
 * full context, a server that is down, a 401 (which its log does not mention: it ends with an
 * event), a permission that nobody granted.
 */
const LOG = readFileSync(new URL('captures/own-log.txt', import.meta.url), 'utf8').split('\n');
const SPEC = {
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
  patterns: [],
  sessionPattern: null,
};

const read = (title: string | null, session: string | null = null, lines: readonly string[] = LOG) =>
  agentFor('opencode')
    .ownLogInterpreter(
      { ...SPEC, command: ['opencode', 'run', ...(title === null ? [] : ['--title', title]), 'x'] },
      { atWall: () => NOON, zone: 'UTC', session: () => session },
    )
    .read(lines);

describe("opencode's own log", () => {
  test.each([
    ['dogwatch-ra3600', ['session', 'transient', 'retrying'], 'AI_APICallError: Rate limit reached for requests'],
    ['dogwatch-ul', ['session', 'limit'], 'AI_APICallError: The usage limit has been reached'],
    ['dogwatch-ctx', ['session', 'context', 'context'], "AI_APICallError: This model's maximum context length is 128000 tokens"],
    ['dogwatch-401', ['session'], undefined],
    ['dogwatch-ask', ['session', 'permission'], 'asked for: external_directory'],
  ])('of the run with the title %s: %j', (title, kinds, text) => {
    const signals = read(title);
    expect(signals.map(({ kind }) => kind)).toEqual(kinds);
    expect(signals[1]).toEqual(text === undefined ? undefined : expect.objectContaining({ text }));
  });

  test('without an answer it keeps retrying', () => {
    const kinds = read('dogwatch-refused').map(({ kind }) => kind);
    expect(kinds.slice(0, 3)).toEqual(['session', 'transient', 'retrying']);
    expect(new Set(kinds)).toEqual(new Set(['session', 'transient', 'retrying']));
  });

  test('a known session is followed without a title; no other is', () => {
    const [session] = read('dogwatch-ul');
    const id = session?.kind === 'session' ? session.id : '';
    expect(id).toMatch(/^ses_\w+$/);
    expect(read(null, id).map(({ kind }) => kind)).toEqual(['limit']);
    expect(read(null)).toEqual([]);
    expect(read(null, 'ses_of_somebody_else')).toEqual([]);
    expect(read('another title')).toEqual([]);
  });

  const line = (level: string, rest: string) => `timestamp=2026-11-23T08:18:56.647Z level=${level} run=45b98b49 ${rest}`;
  test.each([
    [
      'the model for titles',
      line('ERROR', 'message="stream error" session.id=ses_1 small=true agent=title error.error="AI_APICallError: usage limit reached"'),
      [],
    ],
    ['an error that says nothing', line('ERROR', 'message=process session.id=ses_1 error="something else"'), []],
    [
      'what it handles by itself',
      line('WARN', 'message="stream error" session.id=ses_1 error.error="AI_APICallError: usage limit reached"'),
      [],
    ],
    ['what a tool printed', 'level=ERROR session.id=ses_1 error.error="AI_APICallError: usage limit reached"', []],
  ])('%s', (_what, text, kinds) => {
    expect(read(null, 'ses_1', [text]).map(({ kind }) => kind)).toEqual(kinds);
  });

  const loop = line('INFO', 'message=loop session.id=ses_1 step=0');
  const asking = 'message=asking id=per_01 permission=external_directory patterns="[]"';
  const other = (rest: string) => line('INFO', rest).replace('run=45b98b49', 'run=852ec7a5');
  test.each([
    [
      'of the process that works on the session, whichever agent asks',
      [loop, other('message=loop session.id=ses_2 step=0'), line('INFO', asking)],
      1,
    ],
    ['of another process', [loop, other(asking)], 0],
    ['of the process that continued the session', [loop, other('message=loop session.id=ses_1 step=0'), other(asking)], 1],
    ['before it is known who works on the session', [line('INFO', asking), loop], 0],
  ])('a permission is asked for: %s', (_who, lines, asked) => {
    expect(read(null, 'ses_1', lines)).toEqual(Array(asked).fill({ kind: 'permission', text: 'asked for: external_directory' }));
    expect(read(null, null, lines)).toEqual([]);
  });

  test('a title with blanks is quoted', () => {
    const text = line('INFO', 'message=created id=ses_9 slug=x title="the weekly \\"upgrade\\"" agent=undefined');
    expect(read('the weekly "upgrade"', null, [text])).toEqual([{ kind: 'session', id: 'ses_9' }]);
  });
});
