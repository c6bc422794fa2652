import { expect, test } from 'vitest';
import { notStarted } from '../../../src/system/command/not-started.ts';

test.each([
  ['/no/such/place', 'The "cwd" option is invalid: /no/such/place.', 'the working directory /no/such/place is gone'],
  ['/', 'spawn git ENOENT\nmore', 'git was not found'],
  ['/', 'spawn git EACCES', 'this user may not start git in /'],
  ['/', 'spawn git EAGAIN', 'spawn git EAGAIN'],
  ['/', undefined, ''],
])('in %s, %j: %s', (cwd, message, words) => {
  expect(notStarted('git', cwd, message)).toBe(words);
});
