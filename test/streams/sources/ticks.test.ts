import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { ticks } from '../../../streams/sources/ticks.ts';

/** Runs with deadlines, as a world has them; a run stays due until a tick settles it. */
function story(plan: (world: World, at: (ms: number, happen: () => void) => void) => void, untilMs: number): World {
  const scheduler = new TestScheduler(() => {});
  const decided$ = new Subject<void>();
  const deadlines = new Map<string, number>();
  const world: World = { deadlines, said: [], looks: 0, settles: true, decided: () => decided$.next() };
  scheduler.run(() => {
    ticks(decided$, {
      now: () => ({ wall: 0, mono: scheduler.now() }),
      deadlines: {
        due: ({ mono }) => {
          world.looks += 1;
          return [...deadlines].flatMap(([run, at]) => (at <= mono ? run : []));
        },
        get quietUntilMono() {
          return Math.min(...deadlines.values());
        },
      },
      scheduler,
    }).subscribe((fact) => {
      world.said.push(`${scheduler.now()} ${'run' in fact ? fact.run : ''}`);
      if (world.settles && 'run' in fact) deadlines.delete(fact.run);
      decided$.next();
    });
    plan(world, (ms, happen) => scheduler.schedule(happen, ms));
    scheduler.schedule(() => {}, untilMs);
    scheduler.maxFrames = untilMs;
    scheduler.flush();
  });
  return world;
}

interface World {
  readonly deadlines: Map<string, number>;
  readonly said: string[];
  looks: number;
  settles: boolean;
  readonly decided: () => void;
}

test('each due run gets a tick, at that moment, and no other run does', () => {
  const { said } = story(({ deadlines, decided }, at) => {
    deadlines.set('a', 1234.5);
    deadlines.set('b', 1235);
    deadlines.set('c', 90_000);
    at(0, decided);
  }, 20_000);
  expect(said).toEqual(['1235 a', '1235 b']);
});

test('a deadline that a decision brings closer is met', () => {
  const { said } = story(({ deadlines, decided }, at) => {
    deadlines.set('a', 4000);
    at(0, decided);
    at(1000, () => {
      deadlines.set('b', 1700);
      decided();
    });
  }, 20_000);
  expect(said).toEqual(['1700 b', '4000 a']);
});

test('a run that is due at once is reported at once, and many decisions cause one look', () => {
  const { said, looks } = story(({ deadlines, decided }, at) => {
    for (let ms = 1000; ms < 1100; ms++)
      at(ms, () => {
        deadlines.set(`${ms}`, ms);
        decided();
      });
  }, 1500);
  expect(said.slice(0, 2)).toEqual(['1000 1000', '1200 1001']);
  expect([said.length, looks]).toEqual([100, 2]);
});

test('a run that stays due takes no more than its share of looks', () => {
  const world = story((one, at) => {
    one.settles = false;
    one.deadlines.set('a', 0);
    at(0, one.decided);
  }, 999);
  expect(world.said.map((words) => Number.parseInt(words, 10))).toEqual([0, 200, 400, 600, 800]);
});

test('on the idle beat all runs are checked, whatever was reported: the clock may have been set', () => {
  const { looks, said } = story(({ deadlines }, at) => {
    deadlines.set('a', Number.POSITIVE_INFINITY);
    at(7000, () => deadlines.set('a', 7000));
  }, 60_000);
  expect([looks, said]).toEqual([12, ['10000 a']]);
});
