import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { Limit } from '../../../src/core/model/facts.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import { HOUR, MINUTE, type Wishes } from '../../kit/core/world.ts';

const RUNS: Readonly<Record<string, Wishes>> = {
  a: { model: 'opus' },
  b: { model: 'opus' },
  c: { model: 'sonnet' },
  d: { account: 'claude/anthropic/0a0b0c0d0e0f' },
};
const WHO = fc.constantFrom(...Object.keys(RUNS));

type Event =
  | { readonly kind: 'refused'; readonly run: string; readonly limit: Partial<Limit> | null; readonly hours: number | null }
  | { readonly kind: 'works' | 'dies' | 'resume' | 'stop' | 'kill-watchdog'; readonly run: string }
  | { readonly kind: 'log-in'; readonly run: string; readonly fingerprint: string }
  | { readonly kind: 'wait'; readonly minutes: number };

const limits = fc.record({ name: fc.constantFrom('five_hour', 'weekly'), ofModel: fc.boolean(), isCap: fc.boolean() });
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 7, 40, 200) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('refused' as const),
      run: WHO,
      limit: fc.option(limits),
      hours: fc.option(fc.integer({ min: -1, max: 300 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('works' as const, 'dies' as const), run: WHO }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('resume' as const, 'stop' as const, 'kill-watchdog' as const), run: WHO }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('log-in' as const), run: WHO, fingerprint: fc.constantFrom('x', 'y') }) },
);

function happen(all: Fleet, next: Event): void {
  const isAlive = (run: string) => all.run(run).attempt?.alive === true;
  switch (next.kind) {
    case 'wait':
      all.after(next.minutes * MINUTE);
      return;
    case 'refused': {
      if (!isAlive(next.run)) return;
      const resetsAtWall = next.hours === null ? null : all.now.wall + next.hours * HOUR;
      const stated = limit({ ...next.limit, resetsAtWall, provenance: resetsAtWall === null ? null : 'prose' });
      all.isRefused(next.run, next.limit === null ? { kind: 'auth', text: 'no' } : stated);
      return;
    }
    case 'works':
      if (isAlive(next.run)) all.says(next.run, { kind: 'tool' });
      return;
    case 'dies':
      if (isAlive(next.run)) all.exits(next.run, 1);
      return;
    case 'resume':
      all.operator(next.run, { kind: 'resume', prompt: null });
      return;
    case 'stop':
      all.operator(next.run, { kind: 'stop', because: 'so' });
      return;
    case 'kill-watchdog':
      all.restart();
      return;
    case 'log-in':
      all.tell({ kind: 'credentials.seen', run: next.run, fingerprint: next.fingerprint });
  }
}

/** The holds against which a resume of this run must not be decided. */
const shuts = (all: Fleet, run: string, hold: AccountHold): boolean => {
  const { account, model } = all.run(run).spec;
  if (hold.account !== account || (hold.model !== null && hold.model.name !== model)) return false;
  const other = hold.probe === null || hold.probe.run === run ? null : all.run(hold.probe.run).attempt;
  const isProbed = other?.alive === true && other.number === hold.probe?.attempt;
  return hold.untilWall === null || hold.untilWall > all.now.wall || isProbed;
};

test('whatever happens to the runs of an account: nobody goes against a hold, one goes first, nothing is charged for it, and it ends', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30, size: 'max' }), (events) => {
      const all = new Fleet(RUNS);
      all.watch = (run, held) => {
        const asked = all.run(run).excuse === 'operator' || all.run(run).attempt === null;
        const against = held.filter((hold) => shuts(all, run, hold));
        if (!asked && against.length > 0) throw new Error(`${run} is resumed against ${JSON.stringify(against)}`);
      };
      for (const next of events) happen(all, next);
      for (const name of Object.keys(RUNS)) expect(all.run(name).charged.length).toBeLessThanOrEqual(deaths(events, name));
      // Whatever held it, once everything works again each run is alive or waits for a person.
      for (const name of Object.keys(RUNS)) all.tell({ kind: 'credentials.seen', run: name, fingerprint: 'z' });
      for (let round = 0; round < 60; round++) {
        all.after(5 * HOUR + 7 * MINUTE, 20 * MINUTE);
        for (const name of Object.keys(RUNS)) happen(all, { kind: 'works', run: name });
        for (const name of Object.keys(RUNS)) all.tell({ kind: 'credentials.seen', run: name, fingerprint: `z${round}` });
      }
      all.after(HOUR);
      for (const name of Object.keys(RUNS)) {
        const { state, attempt, holds } = all.run(name);
        const isOver = ['stopped', 'handed-off', 'escalated', 'failed'].includes(state);
        if (!isOver && attempt?.alive !== true) throw new Error(`${name} is still ${state}: ${JSON.stringify([holds, all.holds])}`);
      }
    }),
    { numRuns: 200 },
  );
});

/** Deaths that may be charged: those without a refusal. */
const deaths = (events: readonly Event[], run: string): number => events.filter((one) => one.kind === 'dies' && one.run === run).length;
