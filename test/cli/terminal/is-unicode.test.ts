import { expect, test } from 'vitest';
import { isUnicode } from '../../../src/cli/terminal/is-unicode.ts';

test.each<[Record<string, string>, boolean]>([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'de_DE.utf8' }, true],
  [{}, true],
  [{ LANG: 'C' }, false],
  [{ LANG: 'POSIX' }, false],
  [{ LANG: 'de_DE.ISO-8859-1' }, false],
  [{ LC_ALL: 'C', LANG: 'C.UTF-8' }, false],
  [{ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' }, true],
  [{ LANG: 'C.UTF-8', TERM: 'linux' }, false],
  [{ LANG: 'C.UTF-8', TERM: 'dumb' }, false],
])('%j: %j', (env, expected) => {
  expect(isUnicode(env)).toBe(expected);
});
