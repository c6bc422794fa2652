import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { EffectiveDecision } from '../../../src/core/decision.ts';
import { diskFills } from '../../../streams/sources/disk-fills.ts';

test('looks at once, with each measurement of the disks, and every second while one is short', () => {
  const looks: number[] = [];
  const scheduler = new TestScheduler(() => {});
  scheduler.run(() => {
    const decided$ = new Subject<EffectiveDecision>();
    let isShort = false;
    const look = () => {
      looks.push(scheduler.now());
      return [];
    };
    const subscription = diskFills(decided$, { isShort: () => isShort, look, scheduler }).subscribe();
    const decides = (kind: EffectiveDecision['kind'], atMs: number) =>
      scheduler.schedule(() => decided$.next({ kind } as EffectiveDecision), atMs);
    decides('run', 100);
    decides('host', 300);
    scheduler.schedule(() => (isShort = true), 7000);
    decides('host', 7100);
    scheduler.schedule(() => (isShort = false), 9500);
    decides('host', 9600);
    scheduler.schedule(() => subscription.unsubscribe(), 30_000);
  });
  expect(looks.filter((ms) => ms < 7000)).toEqual([0, 300]);
  expect(looks.filter((ms) => ms >= 7000 && ms < 9500).length).toBeGreaterThanOrEqual(3);
  expect(looks.filter((ms) => ms >= 9500)).toEqual([9600]);
});
