import { describe, expect, test } from 'vitest';
import { donePattern } from '../../../src/agents/lines/done-pattern.ts';
import { DEFAULT_PROMPT, renderPrompt } from '../../../src/settings/render-prompt.ts';
import { specWith } from '../../kit/core/world.ts';

const found = (logPattern: string | null, text: string, resumePrompt = DEFAULT_PROMPT): string[] =>
  donePattern(specWith({ done: { logPattern }, resumePrompt }))(text).map((signal) => ('text' in signal ? signal.text : ''));

describe('the pattern of --done-log', () => {
  test.each<[what: string, pattern: string | null, text: string, expected: string[]]>([
    ['nothing without a pattern', null, 'ALL DONE', []],
    ['a line of its own', '^ALL DONE$', 'ALL DONE', ['ALL DONE']],
    ['one line of several', '^ALL DONE', 'so:\nALL DONE, all 12\nbye', ['ALL DONE, all 12']],
    ['not a part of a line if the pattern means all of it', '^ALL DONE$', 'not yet ALL DONE', []],
    ['an indented line as written', '^ {2}done$', '  done', ['done']],
    ['nothing over two lines', 'ALL\\sDONE', 'ALL\nDONE', []],
    ['nothing too far into the line', 'DONE', `${'x'.repeat(65_536)}DONE`, []],
    ['a line without its escapes', 'DONE', '\u001b[32mDONE\u001b[0m', ['DONE']],
  ])('finds %s', (_what, pattern, text, expected) => {
    expect(found(pattern, text)).toEqual(expected);
  });

  const facts = { run: 'job', attempt: 3, reason: 'attempt 2 was killed', refusal: null, dogwatch: '/opt/bin/dogwatch' };
  const sent = renderPrompt(DEFAULT_PROMPT, facts);

  test.each(sent.split('\n'))('never in the prompt that was sent: %s', (line) => {
    expect(found('.', `  ${line}`)).toEqual([]);
  });

  test('never in the complete prompt, repeated before an answer that counts', () => {
    expect(found('finished', sent)).toEqual([]);
    expect(found('finished', `${sent}\nEverything is finished.`)).toEqual(['Everything is finished.']);
  });

  test.each([
    ['{refusal}', 'ALL DONE', ['ALL DONE']],
    ['say DONE for {run} now', 'say DONE now', ['say DONE now']],
    ['say {run} DONE {attempt} now', 'say x now DONE', ['say x now DONE']],
    ['say {run} DONE {attempt} now', 'say x DONE 7 now', []],
  ])('with the prompt %s in %s', (prompt, line, expected) => {
    expect(found('DONE', line, prompt)).toEqual(expected);
  });
});
