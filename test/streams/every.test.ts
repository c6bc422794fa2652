import { Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { every } from '../../streams/operators/every.ts';

/** Runs in virtual time, and counts how often the scheduler was asked to wake somebody. */
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

test('looks of different distances happen at the same moments, and share one timer', () => {
  const { notes, wakeUps } = onVirtualTime((scheduler, note, all) => {
    for (const ms of [1000, 2000, 4000]) all.add(every(ms, scheduler).subscribe((count) => note(`${ms}: ${count}`)));
  }, 4000);
  expect(notes).toEqual(['1000 1000: 0', '2000 1000: 1', '2000 2000: 0', '3000 1000: 2', '4000 1000: 3', '4000 2000: 1', '4000 4000: 0']);
  expect(wakeUps).toBe(1);
});

test('whoever comes between two beats joins them, and counts for itself', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    all.add(every(1000, scheduler).subscribe((count) => note(`first ${count}`)));
    all.add(scheduler.schedule(() => all.add(every(1000, scheduler).subscribe((count) => note(`second ${count}`))), 1700));
  }, 3000);
  expect(notes).toEqual(['1000 first 0', '2000 first 1', '2000 second 0', '3000 first 2', '3000 second 1']);
});

test('a distance off the beat is kept all the same', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    all.add(every(300, scheduler).subscribe((count) => note(`${count}`)));
  }, 900);
  expect(notes).toEqual(['300 0', '600 1', '900 2']);
});

test('the beat goes on for those who still listen', () => {
  const { notes } = onVirtualTime((scheduler, note, all) => {
    const broken = every(1000, scheduler).subscribe({ next: () => broken.unsubscribe() });
    all.add(every(1000, scheduler).subscribe((count) => note(`${count}`)));
  }, 3000);
  expect(notes).toEqual(['1000 0', '2000 1', '3000 2']);
});
