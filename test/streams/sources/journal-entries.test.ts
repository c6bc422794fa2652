import { of, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fact } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { journalEntries } from '../../../streams/sources/journal-entries.ts';
import { working, worksAndExits } from '../../kit/core/world.ts';

type JournalRead = Fact & { readonly kind: 'journal.read' };

/** A journal whose entries are numbers. */
class FakeTail {
  cursor: string | null;
  isFollowed = false;
  each: (facts: readonly JournalRead[]) => void = () => {};
  ended: (because: string) => void = () => {};
  readonly #attempt: number;
  /** The number of entries in the journal. */
  static end = 0;
  static fails: string | null = null;

  constructor(attempt: number, cursor: string | null) {
    this.#attempt = attempt;
    this.cursor = cursor;
  }

  begin(): readonly JournalRead[] {
    if (FakeTail.fails !== null) throw new Error(FakeTail.fails);
    if (this.cursor !== null) return [];
    this.cursor = String(FakeTail.end);
    return [this.#fact(0)];
  }

  follow(each: FakeTail['each'], ended: FakeTail['ended']): () => void {
    this.isFollowed = true;
    this.each = each;
    this.ended = ended;
    this.tell();
    return () => {
      this.isFollowed = false;
    };
  }

  /** Delivers what is new. */
  tell(): void {
    const facts = this.drain();
    if (facts.length > 0) this.each(facts);
  }

  drain(): readonly JournalRead[] {
    const lines = FakeTail.end - Number(this.cursor);
    this.cursor = String(FakeTail.end);
    return lines === 0 ? [] : [this.#fact(lines)];
  }

  #fact(lines: number): JournalRead {
    return {
      kind: 'journal.read',
      run: 'upgrade-1',
      attempt: this.#attempt,
      unit: 'app.service',
      bytes: lines,
      lines,
      signals: [],
      cursor: this.cursor ?? '',
      gap: null,
    };
  }
}

function setUp() {
  const changed$ = new Subject<Run>();
  const tails: FakeTail[] = [];
  const facts: JournalRead[] = [];
  const reported: string[] = [];
  const { facts$, drain } = journalEntries(changed$, {
    tail: (run, _, cursor) => {
      const tail = new FakeTail(run.attempt?.number ?? 0, cursor);
      tails.push(tail);
      return tail;
    },
    nowMono: () => Date.now(),
    report: (problem) => reported.push(problem),
  });
  const subscription = facts$.subscribe((fact) => facts.push(fact as JournalRead));
  const lines = () => facts.reduce((sum, fact) => sum + fact.lines, 0);
  return { changed$, tails, facts, reported, drain, lines, subscription };
}

const JOURNALS = { journals: ['app.service'] };

describe('the journal of a unit', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    FakeTail.end = 5;
    FakeTail.fails = null;
  });
  afterEach(() => vi.useRealTimers());

  const begun = () => {
    const all = setUp();
    const story = working(JOURNALS);
    all.changed$.next(story.run);
    vi.advanceTimersByTime(1);
    return { ...all, story, tail: () => all.tails.at(-1)! };
  };

  test('begins at its present end, which is recorded, and is followed from there', () => {
    const { facts, tail, lines } = begun();
    expect(facts).toMatchObject([{ lines: 0, cursor: '5' }]);
    FakeTail.end = 8;
    tail().tell();
    expect([lines(), facts.at(-1)?.cursor]).toEqual([3, '8']);
  });

  test('journalctl is started again where it ended, later each time', () => {
    const { tail, lines, reported } = begun();
    tail().ended('Failed to iterate through journal: Bad message');
    FakeTail.end = 9;
    vi.advanceTimersByTime(999);
    expect([tail().isFollowed, lines()]).toEqual([false, 0]);
    vi.advanceTimersByTime(1);
    expect(lines()).toBe(4);
    tail().ended('Failed to iterate through journal: Bad message');
    vi.advanceTimersByTime(1999);
    FakeTail.end = 10;
    expect(lines()).toBe(4);
    vi.advanceTimersByTime(1);
    expect(lines()).toBe(5);
    expect(reported).toHaveLength(2);
  });

  test('an unreadable journal is reported once, and tried again', () => {
    const { changed$, tails, reported, facts } = setUp();
    FakeTail.fails = 'No journal files were opened due to insufficient permissions';
    changed$.next(working(JOURNALS).run);
    vi.advanceTimersByTime(10_000);
    expect(reported).toEqual([expect.stringContaining('insufficient permissions')]);
    FakeTail.fails = null;
    vi.advanceTimersByTime(60_000);
    expect([tails.length, facts.length]).toEqual([1, 1]);
  });

  test('what was written before a death is known before it, and not reported again', () => {
    const { story, drain, lines, facts, tail } = begun();
    FakeTail.end = 7;
    const drained = drain(story.run) as readonly JournalRead[];
    expect(drained).toMatchObject([{ lines: 2, cursor: '7' }]);
    expect(tail().isFollowed).toBe(false);
    vi.advanceTimersByTime(5000);
    FakeTail.end = 8;
    tail().tell();
    expect([lines(), facts.at(-1)?.cursor]).toEqual([1, '8']);
  });

  test('the next attempt continues where the previous one ended, though that was not recorded yet', () => {
    const { story, changed$, tails, lines } = begun();
    FakeTail.end = 7;
    tails[0]?.tell();
    worksAndExits(story);
    story.gathered();
    story.started();
    changed$.next(story.run);
    FakeTail.end = 9;
    vi.advanceTimersByTime(1);
    expect(tails).toHaveLength(2);
    expect([tails[0]?.isFollowed, lines()]).toEqual([false, 4]);
  });

  test('a new watchdog continues from the position that the old one recorded', () => {
    const { changed$, lines, facts } = setUp();
    const { run } = working(JOURNALS);
    changed$.next({ ...run, journals: { 'app.service': '3' } });
    vi.advanceTimersByTime(1);
    expect([lines(), facts[0]?.cursor]).toEqual([2, '5']);
  });

  test('nothing is left when nobody is subscribed, or the run has ended', () => {
    const { subscription, tail } = begun();
    subscription.unsubscribe();
    expect(tail().isFollowed).toBe(false);
    const { story, changed$, tail: other } = begun();
    story.operator({ kind: 'stop', because: 'enough' });
    story.ended();
    changed$.next(story.run);
    expect(other().isFollowed).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('in virtual time: tried again after 1 s, then doubled up to a minute, and at once after 30 s of life', () => {
  const scheduler = new TestScheduler(() => {});
  const began: number[] = [];
  let lives = 0;
  const tail = {
    cursor: '0',
    begin: () => {
      began.push(scheduler.now());
      return [];
    },
    follow: (_: unknown, ended: (because: string) => void) => {
      const timer = scheduler.schedule(() => ended('it is over'), lives);
      return () => timer.unsubscribe();
    },
    drain: () => [],
  };
  scheduler.run(({ flush }) => {
    const { facts$ } = journalEntries(of(working(JOURNALS).run), { tail: () => tail, nowMono: () => scheduler.now(), report: () => {} });
    const subscription = facts$.subscribe();
    scheduler.schedule(() => {
      lives = 30_000;
    }, 200_000);
    scheduler.schedule(() => subscription.unsubscribe(), 320_000);
    flush();
  });
  const gaps = began.slice(1).map((at, index) => at - began[index]!);
  expect(gaps.slice(0, 9)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(gaps.slice(9)).toEqual([31_000, 31_000]);
});
