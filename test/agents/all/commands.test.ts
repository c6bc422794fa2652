import { describe, expect, test } from 'vitest';
import { agentFor, recognise } from '../../../src/agents/registry.ts';
import { uuidFrom } from '../../../src/agents/session/uuid-from.ts';
import { specWith } from '../../kit/core/world.ts';
import { rowsOf, SAMPLES } from './samples.ts';
import { CHOSEN, SESSION, UNIQUE } from './sessions.ts';

const words = (line: string): string[] => line.split(' ');
/** The script by which an agent gets a pipe as standard input, which is one word. */
const asPiped = (word: string): string => (word === 'CAT' ? 'cat | exec "$0" "$@"' : word);

describe('which agent a command is', () => {
  test.each(rowsOf(({ recognized }) => recognized.map((line) => [line] as const)))('%s: %s', (agent, line) => {
    expect(recognise(words(line))).toBe(agent);
  });

  test.each([['wrap opencode'], ['sh -c opencode'], ['make claude'], ['./opencode.sh run'], ['vim codex'], ['cat gemini.md']])(
    'none: %s',
    (line) => {
      expect(recognise(words(line))).toBe('generic');
    },
  );
});

describe('the command as it is started', () => {
  test.each(rowsOf(({ prepared }) => prepared))('%s: %s', (agent, line, expected) => {
    expect(agentFor(agent).prepare(words(line), UNIQUE)).toEqual({ command: words(expected) });
  });

  test.each(rowsOf(({ refused }) => refused.map((line) => [line] as const)))('%s: %s is refused', (agent, line) => {
    expect(agentFor(agent).prepare(words(line), UNIQUE)).toEqual({ problem: expect.stringMatching(/\S/) });
  });
});

describe('the command as it is resumed', () => {
  test.each(rowsOf(({ resumed }) => resumed))('%s: %s', (agent, line, expected) => {
    const plan = agentFor(agent).resume(specWith({ command: words(line) }), SESSION, 'go on\nplease');
    expect(plan).toEqual({ argv: words(expected).map(asPiped), stdin: 'go on\nplease' });
  });

  test.each(rowsOf(({ fresh }) => fresh))('%s in a fresh session: %s', (agent, line, expected) => {
    const plan = agentFor(agent).fresh(specWith({ command: words(line) }), 'so far');
    // A review takes no prompt.
    expect(plan).toEqual({ argv: words(expected).map(asPiped), stdin: line.includes(' review ') ? null : 'so far' });
  });

  test.each(SAMPLES)('%s in a fresh session: the task from stdin precedes the digest', (agent, { withoutTask }) => {
    const spec = specWith({ command: words(withoutTask), prompt: 'upgrade everything' });
    expect(agentFor(agent).fresh(spec, 'so far').stdin).toBe('upgrade everything\nso far');
  });

  test('a session is a UUID, the same for the same run', () => {
    expect(CHOSEN).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidFrom(UNIQUE)).toBe(CHOSEN);
    expect(uuidFrom('u2')).not.toBe(CHOSEN);
  });
});

test.each(SAMPLES)('%s: an unknown option is refused, unless the task is on standard input', (agent, { unsure }) => {
  expect(agentFor(agent).prepare(words(unsure), UNIQUE)).toHaveProperty('problem');
  expect(agentFor(agent).prepare(words(unsure), UNIQUE, true)).toHaveProperty('command');
});

test.each(rowsOf(({ lacksTask }) => lacksTask))('%s: `%s` has its task from elsewhere: %s', (agent, line, lacks) => {
  expect(agentFor(agent).lacksTask?.(words(line))).toBe(lacks);
});
