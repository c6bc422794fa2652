import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountHold } from '../../../src/core/account/hold.ts';
import type { Fact, Instant } from '../../../src/core/model/facts.ts';
import { World } from '../../../src/core/world.ts';
import { HOUR, MARKS, MINUTE, SECOND, working, worldOf } from '../../kit/core/world.ts';

/** What happens to three runs and to the clocks. */
type Event =
  | { readonly kind: 'pass' | 'set'; readonly ms: number }
  | { readonly kind: 'look' | 'write' | 'limit' | 'die' | 'pause' | 'tick'; readonly index: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.nat(2 * MINUTE), fc.nat(20 * MINUTE)) }),
  fc.record({ kind: fc.constant('set' as const), ms: fc.integer({ min: -HOUR, max: HOUR }) }),
  fc.record({ kind: fc.constantFrom('look' as const, 'write', 'limit', 'die', 'pause', 'tick'), index: fc.nat(2) }),
);

/** One world that goes on, and remembers when each run is due. */
function lasting() {
  const names = ['a', 'b', 'c'];
  const runs = names.map((name) => ({ ...working({ name }).run, id: `${name}.1`, name }));
  const world = worldOf(runs);
  let now: Instant = working().now;
  let seq = 100;
  let holds: readonly AccountHold[] = [];
  const tell = (fact: Fact) => {
    seq += 1;
    const decided = world.observe({ ...fact, seq, at: now, jitter: 0.5 });
    if (decided !== null && 'run' in decided) holds = decided.holds ?? holds;
  };
  const happens = (one: Event): void => {
    if ('index' in one) tell(factOf(one, `${names[one.index]}.1`, now));
    else if (one.kind === 'pass') now = { wall: now.wall + one.ms, mono: now.mono + one.ms };
    else now = { ...now, wall: now.wall + one.ms };
  };
  /** The same world without any memory of it. */
  const anew = () => new World({ runs: world.runs, holds, host: world.host }, { marks: MARKS, mayAct: true, recovers: false }, () => null);
  return { world, anew, happens, now: () => now };
}

function factOf({ kind }: Extract<Event, { index: number }>, run: string, now: Instant): Fact {
  const read = { kind: 'log.read', run, attempt: 1, path: 'log', bytes: 9, lines: 1, cursor: null as never, gap: null } as const;
  switch (kind) {
    case 'look':
      return { kind: 'process.sampled', run, attempt: 1, vitals: { cpuMs: now.mono / 1000, tool: null, wroteWall: null } };
    case 'write':
      return { ...read, signals: [] };
    case 'limit':
      return { ...read, signals: [{ kind: 'limit', text: 'spent', resetsAtWall: now.wall + HOUR } as never] };
    case 'die':
      return { kind: 'process.exited', run, attempt: 1, code: 0, signal: null, outOfMemory: false, survivors: [] };
    case 'pause':
      return { kind: 'operator.requested', run, request: `pause at ${now.mono}`, command: { kind: 'pause', because: 'for a while' } };
    case 'tick':
      return { kind: 'tick', run };
  }
}

test('who is due is the same as in a world that remembers nothing, whatever happened and however the clocks were set', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const { world, anew, happens, now } = lasting();
      for (const one of events) {
        happens(one);
        expect(world.due(now())).toEqual(anew().due(now()));
      }
    }),
  );
});

test('a run is due when its time has come, without anything else having happened', () => {
  const { run, now } = working();
  const world = worldOf([run]);
  const at = (ms: number) => world.due({ wall: now.wall + ms, mono: now.mono + ms });
  expect([at(SECOND), at(MINUTE), at(2 * MINUTE), at(3 * MINUTE)]).toEqual([[], [], [run.id], [run.id]]);
});
