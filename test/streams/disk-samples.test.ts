import { map, NEVER, type Observable, of, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { diskSamples } from '../../streams/sources/disk-samples.ts';

interface Scene {
  readonly urgent?: (seconds: number) => readonly string[];
  readonly wanted?: (hot: <T>(marbles: string, values: Record<string, T>) => Observable<T>) => Observable<readonly string[]>;
  readonly takesMs?: (seconds: number) => number;
  readonly paths?: readonly string[];
  readonly forMs?: number;
}

/** When what is measured, in seconds; whole rounds with a star. Each fact that came counts. */
function samples({ urgent = () => [], wanted = () => NEVER, takesMs = () => 0, paths = ['/a', '/b'], forMs = 31_000 }: Scene) {
  const scheduler = new TestScheduler(() => {});
  const asked: string[] = [];
  const came: number[] = [];
  scheduler.run(({ hot }) => {
    const seconds = () => scheduler.now() / 1000;
    const sample = (some: readonly string[], isWhole: boolean) => {
      asked.push(`${seconds()} ${some.join(' ')}${isWhole ? ' *' : ''}`);
      const seen = { takenMono: scheduler.now(), isWhole, filesystems: [], unreachable: [] };
      return takesMs(seconds()) === 0 ? of(seen) : timer(takesMs(seconds()), scheduler).pipe(map(() => seen));
    };
    const watched = diskSamples({ paths: () => paths, urgentPaths: () => urgent(seconds()), sample, wanted$: wanted(hot), scheduler });
    const watching = watched.subscribe((fact) => {
      expect(fact.kind).toBe('disk.sampled');
      came.push(seconds());
    });
    scheduler.schedule(() => watching.unsubscribe(), forMs);
    scheduler.maxFrames = forMs;
    scheduler.flush();
  });
  return { asked, came };
}

test('all that matters is measured at once, and every 15 s', () => {
  expect(samples({})).toEqual({ asked: ['0 /a /b *', '15 /a /b *', '30 /a /b *'], came: [0, 15, 30] });
});

test('what is urgent is measured every second, for as long as it is', () => {
  const { asked } = samples({ urgent: (seconds) => (seconds >= 3 && seconds <= 5 ? ['/b'] : []), forMs: 14_000 });
  expect(asked).toEqual(['0 /a /b *', '3 /b', '4 /b', '5 /b']);
});

test('what is wanted is measured at once; a flood of wishes is two measurements a second at most', () => {
  const wishes = { a: ['/a'], b: ['/b'] };
  expect(samples({ wanted: (hot) => hot('2500ms a', wishes), forMs: 14_000 }).asked).toEqual(['0 /a /b *', '2.5 /a']);
  const flood = samples({ wanted: (hot) => hot(`2500ms ${'a b '.repeat(600)}`, wishes), forMs: 14_000 });
  expect(flood.asked).toEqual(['0 /a /b *', '2.5 /a', '3 /b /a', '3.501 /b /a', '4 /a /b']);
});

test('one measurement is under way at a time; what is due meanwhile is measured after it', () => {
  const { asked, came } = samples({
    takesMs: (seconds) => (seconds === 0 ? 16_200 : 0),
    wanted: (hot) => hot('500ms a', { a: ['/a'] }),
    urgent: () => ['/b'],
    forMs: 18_500,
  });
  expect(asked).toEqual(['0 /a /b *', '17 /a /b *', '18 /b']);
  expect(came).toEqual([16.2, 17, 18]);
});

test('where nothing matters nothing is measured', () => {
  expect(samples({ paths: [] }).asked).toEqual([]);
});

test('a failure of the measurement or of the wishes is one of the source', () => {
  const broken = { paths: () => ['/a'], urgentPaths: () => [], wanted$: NEVER };
  const failures: unknown[] = [];
  diskSamples({ ...broken, sample: () => Promise.reject(new Error('broken')) }).subscribe({ error: (error) => failures.push(error) });
  return expect.poll(() => failures).toEqual([new Error('broken')]);
});
