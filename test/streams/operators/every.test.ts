import { Subject, Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { every } from '../../../streams/operators/every.ts';
import { everyWhile } from '../../../streams/operators/every-while.ts';

/** Runs in virtual time, and counts how often the scheduler was asked for a wake-up. */
function onVirtualTime(story: (scheduler: TestScheduler, note: (what: string) => void, subscription: Subscription) => void, ms: number) {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const notes: string[] = [];
  let wakeUps = 0;
  scheduler.run(({ flush }) => {
    const schedule = scheduler.schedule.bind(scheduler);
    scheduler.schedule = (...args) => {
      wakeUps += 1;
      return schedule(...args);
    };
    const subscription = new Subscription();
    story(scheduler, (what) => notes.push(`${scheduler.now()} ${what}`), subscription);
    scheduler.maxFrames = ms;
    flush();
    subscription.unsubscribe();
  });
  return { notes, wakeUps };
}

test.each([1000, 5000])('looks with different periods happen at the same moments, and share one timer of %s ms', (beat) => {
  const { notes, wakeUps } = onVirtualTime((scheduler, note, all) => {
    for (const beats of [1, 2, 4]) all.add(every(beats * beat, scheduler).subscribe((count) => note(`${beats}: ${count}`)));
  }, 4 * beat);
  const [first, second, third, fourth] = [1, 2, 3, 4].map((beats) => beats * beat);
  expect(notes).toEqual([
    ...[`${first} 1: 0`, `${second} 1: 1`, `${second} 2: 0`, `${third} 1: 2`],
    ...[`${fourth} 1: 3`, `${fourth} 2: 1`, `${fourth} 4: 0`],
  ]);
  expect(wakeUps).toBe(1);
});

test('what is checked on the idle beat causes no wake-up every second', () => {
  const { wakeUps, notes } = onVirtualTime((scheduler, note, all) => {
    all.add(every(15_000, scheduler).subscribe(() => note('15 s')));
    const busy = every(3000, scheduler).subscribe(() => note('3 s'));
    all.add(scheduler.schedule(() => busy.unsubscribe(), 4000));
  }, 30_000);
  expect(notes).toEqual(['3000 3 s', '15000 15 s', '30000 15 s']);
  // Two timers, and this test's own.
  expect(wakeUps).toBe(3);
});

test('what is wanted for a while is checked for a while', () => {
  let isWanted = false;
  const { notes } = onVirtualTime((scheduler, note, all) => {
    const changes$ = new Subject<void>();
    const set = (ms: number, wanted: boolean, isSaid: boolean) =>
      all.add(
        scheduler.schedule(() => {
          isWanted = wanted;
          if (isSaid) changes$.next();
        }, ms),
      );
    all.add(everyWhile(() => isWanted, 1000, changes$, scheduler).subscribe(() => note('look')));
    set(1500, true, true);
    set(3600, false, false);
    set(5500, true, false);
  }, 12_000);
  expect(notes).toEqual(['2500 look', '3500 look', '11000 look', '12000 look']);
});

test('a subscriber that joins between two beats counts for itself', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    all.add(every(1000, scheduler).subscribe((count) => note(`first ${count}`)));
    all.add(scheduler.schedule(() => all.add(every(1000, scheduler).subscribe((count) => note(`second ${count}`))), 1700));
  }, 3000);
  expect(notes).toEqual(['1000 first 0', '2000 first 1', '2000 second 0', '3000 first 2', '3000 second 1']);
});

test('a period off the beat is kept nevertheless', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    all.add(every(300, scheduler).subscribe((count) => note(`${count}`)));
  }, 900);
  expect(notes).toEqual(['300 0', '600 1', '900 2']);
});

test('the beat continues for the remaining subscribers', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    const broken = every(1000, scheduler).subscribe({ next: () => broken.unsubscribe() });
    all.add(every(1000, scheduler).subscribe((count) => note(`${count}`)));
  }, 3000);
  expect(notes).toEqual(['1000 0', '2000 1', '3000 2']);
});
