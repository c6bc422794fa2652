import { expect, test } from 'vitest';
import { errorMessage } from '../../../src/core/values/error-message.ts';

test.each<[unknown, string]>([
  [new Error('no space left'), 'no space left'],
  [new TypeError('it is undefined'), 'it is undefined'],
  [Object.assign(new Error('refused'), { code: 'EACCES' }), 'refused'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [null, 'null'],
  [7, '7'],
])('%s', (thrown, message) => {
  expect(errorMessage(thrown)).toBe(message);
});
