import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Decision, EffectiveDecision } from '../../src/core/decision.ts';
import { inGroups } from '../../streams/groups.ts';
import { newRunNamed, noting } from '../kit/samples-of-decisions.ts';

interface Seen {
  readonly run: string;
  readonly name: string;
}

/** How a group is recorded: `spoiled` is what cannot be stored, `error` what is wrong with it. */
interface Kept {
  readonly spoiled?: readonly string[];
  readonly error?: Error;
  readonly decide?: (seen: Seen) => Decision | null;
}

function grouping({ spoiled = [], error = new Error('it does not fit'), decide = decided }: Kept = {}) {
  const order: string[] = [];
  const seen$ = new Subject<Seen>();
  const asked: (() => void)[] = [];
  /** What is seen when something is emitted. */
  const causes = new Map<string, Seen>();
  const groups$ = seen$.pipe(
    inGroups<Seen>({
      decide: (seen) => {
        order.push(`decide ${seen.name}`);
        return decide(seen);
      },
      record: (group) => {
        const names = group.map(nameOf);
        if (names.some((name) => spoiled.includes(name))) throw error;
        order.push(`record ${names.join(' ')}`);
      },
      concernsAll: ({ message }: Error) => message === 'the lease is lost',
      soon: (call) => asked.push(call),
    }),
  );
  const subscription = groups$.subscribe({
    next: (one) => {
      order.push(`emit ${nameOf(one)}`);
      const cause = causes.get(nameOf(one));
      if (cause !== undefined) seen$.next(cause);
    },
    error: (failure: Error) => order.push(`fail: ${failure.message}`),
    complete: () => order.push('complete'),
  });
  const see = (...names: string[]) => {
    for (const name of names) seen$.next({ run: name.slice(0, 1), name });
  };
  const flush = () => {
    for (const call of asked.splice(0)) call();
  };
  return { order, seen$, asked, see, flush, causes, subscription };
}

const nameOf = (decision: Decision | EffectiveDecision): string => (decision.kind === 'run' ? decision.because : decision.kind);

/** `a1` is the first about run a; what ends with `!` ends it, and `-` is about nothing. */
function decided({ run, name }: Seen): Decision | null {
  if (name === '-') return null;
  const known = newRunNamed(run);
  return { ...noting({ ...known, id: run, state: name.endsWith('!') ? 'complete' : known.state }, 1), because: name };
}

describe('decisions in groups', () => {
  test('are made at once, stored together, and emitted only then', () => {
    const { order, asked, see, flush } = grouping();
    see('a1', 'b1', '-', 'a2');
    expect(asked).toHaveLength(1);
    expect(order).toEqual(['decide a1', 'decide b1', 'decide -', 'decide a2']);
    flush();
    expect(order.slice(4)).toEqual(['record a1 b1 a2', 'emit a1', 'emit b1', 'emit a2']);
  });

  test('what follows from one while they are emitted is stored after them', () => {
    const { order, see, flush, causes, asked } = grouping();
    causes.set('a1', { run: 'a', name: 'a2' });
    see('a1', 'b1');
    flush();
    expect(order.slice(2)).toEqual(['record a1 b1', 'emit a1', 'decide a2', 'emit b1', 'record a2', 'emit a2']);
    expect(asked).toEqual([]);
  });

  test('a run that ended is stored before anything else is decided about it, because it is read from there', () => {
    const { order, see, flush } = grouping();
    see('a1!', 'b1', 'a2');
    flush();
    expect(order).toEqual(['decide a1!', 'decide b1', 'record a1! b1', 'decide a2', 'record a2', 'emit a1!', 'emit b1', 'emit a2']);
  });

  test('one that cannot be stored does not take the others with it, but ends the result', () => {
    const { order, see, flush } = grouping({ spoiled: ['b1'] });
    see('a1', 'b1', 'c1', 'b2', 'a2');
    flush();
    expect(order.slice(5)).toEqual(['record a1', 'record c1', 'record a2', 'emit a1', 'emit c1', 'emit a2', 'fail: it does not fit']);
    see('d1');
    expect(order.at(-1)).toBe('fail: it does not fit');
  });

  test('what is wrong with all of them is not tried with each', () => {
    const { order, see, flush } = grouping({ spoiled: ['b1'], error: new Error('the lease is lost') });
    see('a1', 'b1');
    flush();
    expect(order.slice(2)).toEqual(['fail: the lease is lost']);
  });

  test('one that cannot be decided ends the result after what was decided', () => {
    const decide = (seen: Seen) => {
      if (seen.name === 'b1') throw new Error('a bug');
      return decided(seen);
    };
    const { order, see, flush } = grouping({ decide });
    see('a1', 'b1');
    flush();
    expect(order.slice(2)).toEqual(['record a1', 'emit a1', 'fail: a bug']);
  });

  test('a refusal is stored and not emitted', () => {
    const reply = { request: 'r1', accepted: false, message: 'there is no such run' };
    const { order, see, flush } = grouping({ decide: () => ({ kind: 'refused', reply }) });
    see('a1');
    flush();
    expect(order.slice(1)).toEqual(['record refused']);
  });

  test('no group grows without limit', () => {
    const { order, see, flush } = grouping();
    see(...Array.from({ length: 300 }, (_, number) => `a${number}`));
    flush();
    const records = order.filter((line) => line.startsWith('record'));
    expect(records.map((line) => line.split(' ').length - 1)).toEqual([256, 44]);
    expect(order.filter((line) => line.startsWith('emit'))).toHaveLength(300);
  });

  test('what waits is stored when the source completes', () => {
    const { order, see, seen$ } = grouping();
    see('a1');
    seen$.complete();
    expect(order.slice(1)).toEqual(['record a1', 'emit a1', 'complete']);
  });

  test('nothing is stored for whoever has left', () => {
    const { order, see, flush, subscription } = grouping();
    see('a1');
    subscription.unsubscribe();
    flush();
    expect(order).toEqual(['decide a1']);
  });
});

test('a removal stands alone: its files are moved before it is stored, which is done once', () => {
  const removal = (name: string) => ({ kind: 'host', observation: { kind: 'run.removed', run: name } }) as unknown as Decision;
  const decide = (seen: Seen) => (seen.name.startsWith('r') ? removal('r') : decided(seen));
  const { order, see, flush } = grouping({ decide });
  see('a1', 'r1', 'b1');
  flush();
  expect(order.filter((line) => line.startsWith('record'))).toEqual(['record a1', 'record host', 'record b1']);
});
