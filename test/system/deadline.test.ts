import { expect, test } from 'vitest';
import { inTime } from '../../src/system/deadline.ts';

test('a result or failure in time is passed on', async () => {
  expect(await inTime(Promise.resolve('done'), 60_000)).toBe('done');
  await expect(inTime(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken');
});

test('a result that is late is not waited for', async () => {
  expect(await inTime(new Promise(() => {}), 1)).toBeNull();
});
