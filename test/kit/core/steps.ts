import fc from 'fast-check';
import type { Command, Limit, Signal } from '../../../src/core/model/facts.ts';
import { BEGIN, type Step } from './simulation.ts';
import { DAY, HOUR, MINUTE, SECOND, type Wishes } from './world.ts';

const YEAR = 365 * 24 * HOUR;
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const ID = fc.constantFrom(...NAMES);
/** Anything that went through JSON has the ordinary prototype. */
const PLAIN = { noNullPrototype: true } as const;
const WHICH = fc.nat(50);

const troubles = ['transient', 'auth', 'context', 'no-space', 'permission', 'session-missing', 'error'] as const;

const limit: fc.Arbitrary<Limit> = fc
  .record(
    {
      name: fc.constantFrom('five_hour', 'weekly'),
      ofModel: fc.boolean(),
      isCap: fc.boolean(),
      ms: fc.option(fc.integer({ min: -MINUTE, max: 30 * DAY })),
    },
    PLAIN,
  )
  .map(({ ms, ...rest }) => ({
    ...rest,
    kind: 'limit',
    text: 'so it said',
    resetsAtWall: ms === null ? null : BEGIN + ms,
    provenance: ms === null ? null : 'prose',
  }));

const signal: fc.Arbitrary<Signal> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('session' as const), id: ID }, PLAIN) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('turn' as const), well: fc.boolean() }, PLAIN) },
  { weight: 1, arbitrary: fc.constant({ kind: 'tool' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'agent' as const, name: 'claude' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('todo' as const), done: fc.nat(9), total: fc.constant(9) }, PLAIN) },
  { weight: 2, arbitrary: fc.constantFrom(...troubles).map((kind) => ({ kind, text: 'so it said' })) },
  { weight: 1, arbitrary: limit },
  { weight: 1, arbitrary: fc.constant({ kind: 'retrying' as const, text: 'again in 15 s' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'done' as const, text: 'ALL DONE' }) },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom<Command>({ kind: 'pause', because: 'so' }, { kind: 'unpause' }, { kind: 'stop', because: 'so' }),
  fc.constantFrom<Command>({ kind: 'resume', prompt: null }, { kind: 'resume', prompt: 'again' }),
);

const of = <Kind extends Step['kind'], T>(kind: Kind, rest: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ kind: fc.constant(kind), ...rest }, PLAIN) as fc.Arbitrary<unknown> as fc.Arbitrary<Step>;

const wait = of('wait', { ms: fc.oneof(fc.nat(10 * SECOND), fc.nat(10 * MINUTE), fc.nat(4 * HOUR)) });
const say = of('say', { signals: fc.array(signal, { maxLength: 2 }), bytes: fc.nat(1) });
const sample = of('sample', {
  cpuMs: fc.nat(100 * SECOND),
  tool: fc.constantFrom(null, null, 'make', 'curl'),
  wroteWall: fc.constantFrom(null, 1, 2),
});
const die = of('die', {
  code: fc.constantFrom(0, 0, 1, null),
  signal: fc.constant(null),
  leaving: fc.constantFrom('none', 'none', 'tool', 'agent'),
});
const answer = of('answer', { head: ID, passed: fc.boolean(), session: fc.option(ID) });
const perform = of('perform', { how: fc.constantFrom('well', 'well', 'well', 'badly', 'not') });

const mend = of('mend', { isShared: fc.boolean(), most: fc.constantFrom(0, 1, 3, 3) });
const menderSays = of('mender-says', {
  says: fc.constantFrom('resume', 'resume', 'done', 'blocked'),
  genuine: fc.constantFrom(true, true, false),
  because: fc.constantFrom('', 'so'),
});
const refusal = fc.oneof(limit, fc.constant({ kind: 'auth' as const, text: 'so it said' }));
const menderDies = of('mender-dies', { refused: fc.option(refusal, { freq: 3 }) });

/** Anything that may happen, weighted by how often it does. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: perform },
  { weight: 6, arbitrary: wait },
  { weight: 6, arbitrary: die },
  { weight: 5, arbitrary: say },
  { weight: 4, arbitrary: answer },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'tick' }) },
  { weight: 3, arbitrary: sample },
  { weight: 3, arbitrary: of('deliver', { which: WHICH }) },
  { weight: 2, arbitrary: of('replay', { which: WHICH }) },
  { weight: 2, arbitrary: mend },
  { weight: 2, arbitrary: menderSays },
  { weight: 1, arbitrary: menderDies },
  { weight: 1, arbitrary: of('log-in', { fingerprint: ID }) },
  { weight: 1, arbitrary: of('lose', { which: WHICH }) },
  { weight: 1, arbitrary: of('jump', { wallMs: fc.integer({ min: -YEAR, max: YEAR }) }) },
  { weight: 1, arbitrary: of('restart', { rebooted: fc.boolean(), enabled: fc.constantFrom(true, true, true, false) }) },
  { weight: 1, arbitrary: of('operator', { command }) },
  {
    weight: 1,
    arbitrary: of('claim', { claim: fc.constantFrom('progress', 'progress', 'done', 'blocked'), genuine: fc.boolean(), because: ID }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'done-file' }, { kind: 'poison' }, { kind: 'tick' }, { kind: 'tick' }) },
);

/** What happens to a run that is mended repeatedly. */
export const mendedStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: perform },
  { weight: 4, arbitrary: die },
  { weight: 4, arbitrary: mend },
  { weight: 4, arbitrary: menderSays },
  { weight: 2, arbitrary: menderDies },
  { weight: 3, arbitrary: wait },
  { weight: 4, arbitrary: answer },
  { weight: 3, arbitrary: fc.constant<Step>({ kind: 'tick' }) },
  { weight: 2, arbitrary: of('deliver', { which: WHICH }) },
  { weight: 1, arbitrary: of('replay', { which: WHICH }) },
  { weight: 1, arbitrary: say },
  { weight: 1, arbitrary: of('restart', { rebooted: fc.boolean(), enabled: fc.constantFrom(true, true, true, false) }) },
  { weight: 1, arbitrary: of('operator', { command }) },
);

/** What keeps happening to a run that makes no progress: it dies, and decisions are performed. */
export const deadlyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: perform },
  { weight: 4, arbitrary: die },
  { weight: 3, arbitrary: wait },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'answer', head: 'a', passed: false, session: 'a' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'tick' }) },
  { weight: 1, arbitrary: of('replay', { which: WHICH }) },
  { weight: 1, arbitrary: of('deliver', { which: WHICH }) },
  { weight: 1, arbitrary: of('restart', { rebooted: fc.constantFrom(false, false, true), enabled: fc.constant(true) }) },
);

const POLICIES = { maxResumes: fc.nat(3), maxResumesTotal: fc.constantFrom(500, 4), idleMs: fc.constantFrom(15 * MINUTE, 2 * SECOND) };
const SIGNS = { check: fc.constantFrom(null, 'make test'), exit: fc.constantFrom(false, false, true), exitByDefault: fc.boolean() };

export const anyWishes: fc.Arbitrary<Wishes> = fc.record(
  {
    sessions: fc.boolean(),
    policy: fc.record(POLICIES, PLAIN),
    done: fc.record(SIGNS, PLAIN),
  },
  PLAIN,
);
