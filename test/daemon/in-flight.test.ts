import { expect, test } from 'vitest';
import { InFlight } from '../../src/daemon/in-flight.ts';

test('settling waits for all actions, including failed ones and those begun meanwhile', async () => {
  const inFlight = new InFlight();
  const ended: string[] = [];
  const first = Promise.withResolvers<void>();
  const begun = inFlight.add(
    first.promise.then(() => {
      void inFlight.add(Promise.resolve().then(() => void ended.push('second')));
      ended.push('first');
    }),
  );
  const failing = inFlight.add(Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  const settled = inFlight.settled().then(() => [...ended]);
  first.resolve();
  await begun;
  expect(await settled).toEqual(['first', 'second']);
});
