import { NEVER, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { inTurns } from '../../../streams/operators/fair-turns.ts';

/** Stocks that are taken from, two pieces at a time. */
function shelf(stock: Record<string, number>) {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  const take = (item: string) => {
    const count = Math.min(2, stock[item]!);
    stock[item]! -= count;
    return { results: Array<string>(count).fill(item), cost: count, more: stock[item]! > 0 };
  };
  const heard: string[] = [];
  return { scheduler, heard, operator: inTurns(take, 3, scheduler), hear: (item: string) => void heard.push(item) };
}

test('each gets its turn until nothing is left, and other events get theirs in between', () => {
  const { scheduler, heard, operator, hear } = shelf({ a: 5, b: 1, c: 2 });
  of('a', 'b', 'c').pipe(operator).subscribe(hear);
  expect(heard).toEqual([]);
  scheduler.schedule(() => hear('|'));
  scheduler.flush();
  expect(heard.join('')).toBe('aabcc|aaa');
});

test('a source woken again while it waits is queued once', () => {
  const { scheduler, heard, operator, hear } = shelf({ a: 1, b: 1 });
  of('a', 'a', 'b', 'a').pipe(operator).subscribe(hear);
  scheduler.flush();
  expect(heard.join('')).toBe('ab');
});

test('a source woken by a result gets a turn of its own', () => {
  const { scheduler, heard, operator, hear } = shelf({ a: 1, b: 1 });
  const woken$ = new Subject<string>();
  woken$.pipe(operator).subscribe((item) => {
    hear(item);
    if (item === 'a') woken$.next('b');
    expect(heard.at(-1)).toBe(item);
  });
  woken$.next('a');
  scheduler.flush();
  expect(heard.join('')).toBe('ab');
});

test('nothing is taken once nobody is subscribed', () => {
  const stock = { a: 5 };
  const { scheduler, heard, operator, hear } = shelf(stock);
  const subscription = of('a')
    .pipe(operator)
    .subscribe((item) => {
      hear(item);
      subscription.unsubscribe();
    });
  scheduler.flush();
  expect(stock.a).toBe(3);
  expect(heard).toEqual(['a']);
});

test('an error of the source is passed on; a silent source keeps it silent', () => {
  const { scheduler, operator } = shelf({});
  const seen: string[] = [];
  const observer = {
    next: () => seen.push('next'),
    error: (error: Error) => seen.push(error.message),
    complete: () => seen.push('complete'),
  };
  NEVER.pipe(operator).subscribe(observer);
  throwError(() => new Error('broken'))
    .pipe(operator)
    .subscribe(observer);
  scheduler.flush();
  expect(seen).toEqual(['broken']);
});
