import { describe, expect, test } from 'vitest';
import { askingOf, permissionCall, replyTo } from '../../../src/cli/ask/asking.ts';

const bash = (command: string, more: object = {}) => ({ tool_name: 'Bash', input: { command, ...more } });
const CHOICE = {
  tool_name: 'AskUserQuestion',
  input: { questions: [{ question: 'Which colour?', header: 'Colour', options: [{ label: 'Red' }, { label: 'Green' }] }] },
};

describe('a permission call', () => {
  test.each([
    ['a command', bash('git push', { description: 'push it' }), 'permission', 'Bash: git push'],
    ['a command with options', bash('sleep 9', { timeout: 5 }), 'permission', 'Bash: sleep 9 {"timeout":5}'],
    [
      'another tool',
      { tool_name: 'Write', input: { file_path: '/etc/hosts', content: 'x' } },
      'permission',
      'Write: {"file_path":"/etc/hosts","content":"x"}',
    ],
    ['a choice', CHOICE, 'choice', 'Which colour? (Red, Green)'],
    ['a choice without questions', { tool_name: 'AskUserQuestion', input: {} }, 'permission', 'AskUserQuestion: {}'],
  ] as const)('is a question: %s', (_name, call, of, text) => {
    expect(askingOf(call, {})).toMatchObject({ of, text, key: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  test('has the same key only if the same is done', () => {
    const key = (call: Parameters<typeof askingOf>[0]) => askingOf(call, {}).key;
    expect(key(bash('ls', { description: 'one' }))).toBe(key(bash('ls', { description: 'two' })));
    expect(key({ tool_name: 'X', input: { a: 1, b: { c: 2, d: 3 } } })).toBe(key({ tool_name: 'X', input: { b: { d: 3, c: 2 }, a: 1 } }));
    const others = [
      bash('ls'),
      bash('ls '),
      bash('ls', { timeout: 1 }),
      { tool_name: 'X', input: { command: 'ls' } },
      { tool_name: 'X', input: { description: 'a' } },
      { tool_name: 'X', input: { description: 'b' } },
    ];
    expect(new Set(others.map(key)).size).toBe(others.length);
  });

  test('hides nothing but secrets: terminal codes are shown, and what is cut is said', () => {
    const { text } = askingOf(bash('echo \u001b[2J hunter2hunter2\u202e'), { DB_PASSWORD: 'hunter2hunter2' });
    for (const hidden of ['hunter2', '\u001b', '\u202e']) expect(text).not.toContain(hidden);
    expect(text).toContain('DB_PASSWORD');
    const long = askingOf(bash('x'.repeat(9000)), {}).text;
    expect([long.length <= 4000, long.endsWith('(9006 characters in all, of which the log has the rest)')]).toEqual([true, true]);
  });

  test.each([[null], ['text'], [{}], [{ tool_name: 'Bash' }], [{ tool_name: 1, input: {} }], [{ tool_name: 'Bash', input: [] }]])(
    'is refused: %o',
    (args) => {
      expect(permissionCall(args)).toBe(null);
    },
  );
});

describe('the reply', () => {
  const by = 'operator' as const;
  test.each([
    ['yes', bash('ls'), { says: 'yes', text: '', by }, { behavior: 'allow', updatedInput: { command: 'ls' } }],
    ['no', bash('ls'), { says: 'no', text: '', by }, { behavior: 'deny', message: 'A person denied it.' }],
    ['no with words', bash('ls'), { says: 'no', text: 'use find', by }, { behavior: 'deny', message: 'A person denied it: use find' }],
    [
      'words',
      bash('ls'),
      { says: 'text', text: 'use find', by },
      { behavior: 'deny', message: 'A person answered instead of allowing it: use find' },
    ],
    ['nobody', bash('ls'), { says: 'no', text: 'nobody answered', by: 'nobody' }, { behavior: 'deny', message: 'nobody answered' }],
    [
      'a choice in words',
      CHOICE,
      { says: 'text', text: 'Blue', by },
      { behavior: 'allow', updatedInput: { ...CHOICE.input, answers: { 'Which colour?': 'Blue' } } },
    ],
    [
      'a choice with no',
      CHOICE,
      { says: 'no', text: 'neither', by },
      { behavior: 'allow', updatedInput: { ...CHOICE.input, answers: { 'Which colour?': 'no, neither' } } },
    ],
    [
      'a choice, and nobody',
      CHOICE,
      { says: 'no', text: 'nobody answered', by: 'nobody' },
      { behavior: 'deny', message: 'nobody answered' },
    ],
  ] as const)('%s', (_name, call, answer, reply) => {
    expect(replyTo(call, answer)).toEqual(reply);
  });
});
