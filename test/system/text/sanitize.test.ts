import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sanitizeForLine, sanitizeForTerminal } from '../../../src/system/text/sanitize.ts';
import { HOSTILE, isHarmful } from '../../kit/kept-state.ts';

test('as a part of a line it has no tabs either', () => {
  expect(sanitizeForLine('one\ttwo\n\u001b[2Jthree')).toBe('one two three');
});

describe('text made safe for a terminal', () => {
  test.each([
    ['plain text', 'attempt 3 ended: Übung, 試験 👩‍🚀\tdone', 'attempt 3 ended: Übung, 試験 👩‍🚀\tdone'],
    ['colours', '\u001b[1;31merror\u001b[0m: no', 'error: no'],
    ['a title', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://evil\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['line ends', 'one\r\ntwo\n\nthree\u2028four', 'one two three four'],
    ['a carriage return that overwrites', 'all is well\rnot', 'all is well not'],
    ['backspaces', 'good\b\b\b\bevil', 'good\ufffd\ufffd\ufffd\ufffdevil'],
    ['half an escape', 'a\u001b', 'a\ufffd'],
    ['an 8-bit escape', 'a\u0090q', 'a\ufffdq'],
    ['a change of text direction', 'invoice\u202egnp.exe', 'invoice\ufffdgnp.exe'],
  ])('%s', (_, text, seen) => {
    expect(sanitizeForTerminal(text)).toBe(seen);
  });

  test('any text becomes one line without control characters', () => {
    const nasty = fc.constantFrom('\u001b', '\u009b', '[', ']', '0;', '?', 'm', '\u0007', '\n', '\r', '\u202e', '\u0000', 'x');
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (one) => !isHarmful(sanitizeForTerminal(one)) && !sanitizeForTerminal(one).includes('\n')),
      { examples: [[HOSTILE]] },
    );
  });
});
