import { describe, expect, test } from 'vitest';
import { generic } from '../../../src/agents/generic/agent.ts';
import { agentFor } from '../../../src/agents/registry.ts';
import { specWith } from '../../kit/core/world.ts';
import { inShort, read } from '../all/reading.ts';

describe('any other command', () => {
  const spec = specWith({ agent: 'generic', command: ['make', 'all'], prompt: 'the input' });

  test.each([
    ['starts', generic.start(spec)],
    ['is resumed', generic.resume(spec, null, 'go on')],
    ['starts over', generic.fresh(spec, 'what was done')],
  ])('%s as the operator wrote it, with its own input', (_how, plan) => {
    expect(plan).toEqual({ argv: ['make', 'all'], stdin: 'the input' });
  });

  test('has no input if none was given', () => {
    expect(generic.start({ ...spec, prompt: null }).stdin).toBe(null);
  });

  test('keeps no session that could be found', async () => {
    expect(generic.keepsSessions).toBe(false);
    expect(await generic.findSession(spec, {}, 0)).toBe(null);
  });

  test('is interpreted by the operator’s patterns', () => {
    const patterns = [
      { signal: 'limit', pattern: '^quota spent' },
      { signal: 'auth', pattern: 'login' },
      { signal: 'turn', pattern: '^= turn =$' },
    ] as const;
    const context = { atWall: () => Date.parse('2026-06-10T12:00:00Z'), zone: 'UTC', session: () => null };
    const read = (...lines: string[]) => generic.interpreter({ ...spec, patterns, sessionPattern: 'thread (\\w+)' }, context).read(lines);
    expect(read('begin thread ab12', '\u001b[31mquota spent, resets 3pm\u001b[0m', 'please login', '= turn =', 'nothing')).toEqual([
      { kind: 'session', id: 'ab12' },
      expect.objectContaining({
        kind: 'limit',
        name: 'usage',
        resetsAtWall: Date.parse('2026-06-10T15:00:00Z'),
        provenance: 'assumed',
        source: 'words',
      }),
      { kind: 'auth', text: 'please login', source: 'words' },
      { kind: 'turn', well: false },
    ]);
    expect(read(`${'x'.repeat(2000)} login`)).toEqual([]);
  });

  test('is the module of an unknown agent', () => {
    expect(agentFor('generic')).toBe(generic);
  });
});

test.each([
  ['a full disk', ['make: write error: No space left on device'], 'no-space'],
  ['an article', ['what to do when there is no space left on device sda1'], ''],
])('%s in its lines', (_what, lines, expected) => {
  expect(inShort(read('generic', lines))).toBe(expected);
});
