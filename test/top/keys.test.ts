import { expect, test } from 'vitest';
import { typed } from '../../src/top/keys.ts';

const START = { rest: '', isPasting: false };
const PASTE = '\u001b[200~';
const END = '\u001b[201~';

function keysOf(...chunks: string[]) {
  let left = START;
  return chunks.flatMap((chunk) => {
    const { keys, ...rest } = typed(chunk, left);
    left = rest;
    return keys.map(({ name, isAlone }) => (isAlone ? name : `(${name})`));
  });
}

test.each<[string, readonly string[], readonly string[]]>([
  ['a letter', ['j'], ['j']],
  ['letters one by one', ['j', 'k'], ['j', 'k']],
  ['letters at once', ['jk'], ['(j)', '(k)']],
  ['arrows', ['\u001b[A', '\u001b[B', '\u001bOA', '\u001bOB'], ['up', 'down', 'up', 'down']],
  ['a page', ['\u001b[5~', '\u001b[6~'], ['page-up', 'page-down']],
  ['an arrow in two parts', ['\u001b', '[A'], ['up']],
  ['Esc twice, and an arrow', ['\u001b\u001b', '[A'], ['esc', 'up']],
  ['unknown sequences', ['\u001b[1;5C', '\u001b[<0;3;4M', '\u001bOP', '\u001bx'], []],
  ['Enter, and what ends it', ['\r', '\u0003', '\u001a'], ['enter', 'ctrl-c', 'ctrl-z']],
  ['other control characters', ['\u0000\u0001'], []],
  ['a character of two units', ['👍'], ['👍']],
  ['a paste', [`${PASTE}${'axy\r'.repeat(256)}${END}`], []],
  ['a paste in parts', [`${PASTE}ax`, 'y\r', `y${END.slice(0, 3)}`, `${END.slice(3)}`], []],
  ['a key after a paste', [`${PASTE}ax${END}`, 'j'], ['j']],
  ['a key together with the end of a paste', [PASTE, `x${END}y`], ['(y)']],
  ['a paste that is not marked', ['axy\r'.repeat(256)], []],
])('%s', (_, chunks, keys) => {
  expect(keysOf(...chunks)).toEqual(keys);
});
