import { expect, test } from 'vitest';
import { inTime } from '../../src/system/deadline.ts';

test('what comes in time is what comes, failures as well', async () => {
  expect(await inTime(Promise.resolve('done'), 60_000)).toBe('done');
  await expect(inTime(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken');
});

test('what never comes is not waited for', async () => {
  expect(await inTime(new Promise(() => {}), 1)).toBeNull();
});
