import { describe, expect, test } from 'vitest';
import type { AccountHold } from '../../src/core/account/hold.ts';
import { ALONE, type Surroundings } from '../../src/core/context.ts';
import { decide } from '../../src/core/decide.ts';
import type { DiskView } from '../../src/core/host/disk-view.ts';
import type { Hold, Instant } from '../../src/core/model/facts.ts';
import type { Run } from '../../src/core/model/run.ts';
import { UNATTENDED_MS } from '../../src/core/rules/recovery.ts';
import { type AttemptPatch, attemptWith, holdOf } from '../kit/core/samples.ts';
import { heldUntil } from '../kit/core/ticks.ts';
import { HOUR, MINUTE, SECOND, working } from '../kit/core/world.ts';

const NEVER = Number.POSITIVE_INFINITY;
const ROOM: DiskView = { hold: null, isPressed: false, takenMono: null };

const living = working().after(30 * SECOND);
const { now } = living;

/** A dead run that is resumed in 5 s if nothing holds it. */
const dead: Run = (() => {
  const story = working();
  story.now = now;
  story.exits(1);
  story.gathered();
  return story.run;
})();
const DUE = (dead.due?.at.mono ?? 0) - now.mono;

type Around = Partial<Surroundings>;

/** The ms until then. */
const inMs = (run: Run, around: Around = {}): number => heldUntil(run, now, { ...ALONE, ...around }) - now.mono;

/** The run after a tick in these surroundings: it shows what it waits for. */
const ticked = (run: Run, around: Around = {}, at: Instant = now): Run =>
  decide(run, { kind: 'tick', run: run.id, seq: 1_000_000, at, jitter: 0.5 }, { ...ALONE, ...around }).run;

type Row = readonly [given: string, run: Run, around: Around, inMs: number];
const table = (subject: string, rows: readonly Row[]) =>
  describe(subject, () => {
    test.each(rows)('%s', (_given, run, around, ms) => expect(inMs(run, around)).toBe(ms));
  });

const FULL: Hold = { kind: 'disk', untilWall: null, because: 'the disk is full' };
const FULLER: Hold = { ...FULL, because: 'the disk is fuller' };
const OTHER: Hold = { kind: 'backoff', untilWall: null, because: FULL.because };
const onFull: Around = { disk: { ...ROOM, hold: FULL } };
const full = ticked(dead, onFull);
const showing = (run: Run, ...holds: Hold[]): Run => ({ ...run, holds });

table('a dead run and its disks', [
  ['nothing holds it: when it is due', dead, {}, DUE],
  ['it shows why it waits', full, onFull, NEVER],
  ['beside something else', showing(full, OTHER, FULL), onFull, 0],
  ['it shows it in other words', ticked(dead, { disk: { ...ROOM, hold: FULLER } }), onFull, 0],
  ['it shows something else in the same words', showing(full, OTHER), onFull, 0],
  ['it shows nothing', dead, onFull, 0],
  ['it shows one that has gone', full, {}, 0],
  ['it observes only', ticked({ ...dead, hostEnabled: false }), onFull, NEVER],
]);

const UNTIL = 40 * SECOND;
const shot: Run = { ...dead, shot: { attempt: dead.tried, mono: now.mono - SECOND, isStart: false } };
const outbreak = {
  fromMono: now.mono - MINUTE,
  beganMono: now.mono - SECOND,
  untilMono: now.mono + UNTIL,
  because: 'many died',
  told: false,
};
const dying: Around = { common: { deaths: [], outbreak } };
const together: Hold = { kind: 'common-cause', untilWall: now.wall + UNTIL, because: 'many died' };
const killed = ticked(shot, dying);

table('a dead run among many', [
  ['it shows that they died together', killed, dying, UNTIL],
  ['beside something else', showing(killed, OTHER, together), dying, 0],
  ['as far as two clocks agree', showing(killed, { ...together, untilWall: now.wall + UNTIL + 999 }), dying, UNTIL],
  ['with another end', showing(killed, { ...together, untilWall: now.wall + UNTIL + SECOND }), dying, 0],
  ['with no end', showing(killed, { ...together, untilWall: null }), dying, 0],
  ['in other words', showing(killed, { ...together, because: 'few died' }), dying, 0],
  ['it shows nothing', showing(killed), dying, 0],
  ['it was not among them', dead, dying, DUE],
  ['it shows what is over', killed, {}, 0],
]);

const LIMIT_MS = HOUR;
const limit = holdOf(dead.spec.account, now, {
  limit: 'five_hour',
  resetsAtWall: now.wall + LIMIT_MS,
  provenance: 'structured',
  untilWall: now.wall + LIMIT_MS,
});
const refused: AccountHold = { ...limit, kind: 'auth', limit: '', untilWall: null, told: true };
const isProbed: AccountHold = { ...limit, untilWall: now.wall, probe: { run: 'other-1', attempt: 2 } };
const limited = ticked(dead, { holds: [limit] });
const isRefused = ticked(dead, { holds: [refused] });
const endingAt = (run: Run, untilWall: number): Run => showing(run, ...run.holds.map((hold) => ({ ...hold, untilWall })));

table('a dead run and its account', [
  ['it shows the limit', limited, { holds: [limit] }, LIMIT_MS],
  ['beside something else', showing(limited, OTHER, ...limited.holds), { holds: [limit] }, 0],
  ['as far as two clocks agree', endingAt(limited, now.wall + LIMIT_MS - 999), { holds: [limit] }, LIMIT_MS],
  ['with another end', endingAt(limited, now.wall + LIMIT_MS - SECOND), { holds: [limit] }, 0],
  ['as something else', isRefused, { holds: [limit] }, 0],
  ['it shows nothing', dead, { holds: [limit] }, 0],
  ['another one goes first, now', ticked(dead, { holds: [isProbed] }), { holds: [isProbed] }, NEVER],
  ['its credentials are refused, and it shows that', isRefused, { holds: [refused] }, NEVER],
  ['they are, and it does not', limited, { holds: [refused] }, 0],
  ['the limit that it shows has gone', limited, {}, 0],
  ['the refusal that it shows has gone', isRefused, {}, 0],
]);

/** A living run last heard of 20 minutes ago, less this, and last sampled now. */
const silent = (lessMs: number, attempt: AttemptPatch = {}, more: Partial<Run> = {}): Run => {
  const ago = { wall: now.wall - 20 * MINUTE + lessMs, mono: now.mono - 20 * MINUTE + lessMs };
  const cpu = { cpuMs: 1, at: now, windowCpuMs: 1, windowAt: now, idle: true };
  const base = living.run.attempt!;
  return {
    ...living.run,
    state: 'quiet',
    attempt: attemptWith(base, { startedAt: ago, lastActivity: ago, sampledAt: now, cpu, ...attempt }),
    ...more,
  };
};
/** So that it is wedged (15 min) in 10 s. */
const LESS = 5 * MINUTE + 10 * SECOND;
const since = (ms: number) => ({ wall: now.wall + ms, mono: now.mono + ms });
const busy = (agoMs: number) => ({ tool: { key: 'make', name: 'make', since: since(-agoMs) } });
const saidLimit = { trouble: { kind: 'limit', text: 'spent', resetsAtWall: null, at: now } } as const;

table('a living run', [
  ['it is active: when it becomes quiet', living.run, {}, 90 * SECOND],
  [
    'it has shown nothing yet: only its processes tell',
    silent(0, { lastActivity: null, sampledAt: null }, { state: 'starting' }),
    {},
    NEVER,
  ],
  ['it is silent, and its processes are idle', silent(LESS), {}, 10 * SECOND],
  ['it is silent for too long by now', silent(0), {}, 0],
  ['they were never looked at', silent(LESS, { sampledAt: null }), {}, NEVER],
  ['they were looked at before it was silent', silent(LESS, { sampledAt: since(-20 * MINUTE + LESS - 1) }), {}, NEVER],
  ['they are not idle', silent(LESS, { cpu: { ...silent(0).attempt!.cpu!, idle: false } }), {}, NEVER],
  ['how they are is not known', silent(LESS, { cpu: null }), {}, NEVER],
  ['a tool runs: as long as it may', silent(LESS, busy(2 * HOUR - 20 * SECOND)), {}, 20 * SECOND],
  ['a tool runs for longer, and it is not silent for long enough', silent(LESS, busy(3 * HOUR)), {}, 10 * SECOND],
  ['a tool runs, whatever the processor does', silent(LESS, { ...busy(2 * HOUR - 20 * SECOND), cpu: null }), {}, 20 * SECOND],
  ['the look is old when it may be wedged', silent(5 * MINUTE + MINUTE + 1), {}, NEVER],
  ['it is just not', silent(5 * MINUTE + MINUTE), {}, MINUTE],
  ['the look is old by now', silent(0, { sampledAt: since(-MINUTE - 1) }), {}, NEVER],
  ['it is just not old', silent(0, { sampledAt: since(-MINUTE) }), {}, 0],
  ['it sleeps out a limit', ticked(silent(0, saidLimit), { holds: [limit] }), { holds: [limit] }, LIMIT_MS],
  ['it is paused', ticked(silent(LESS, {}, { paused: { because: 'so', at: now } })), {}, NEVER],
  ['its claim is looked into', ticked(silent(LESS, {}, { claim: { by: 'it', because: 'so', attempt: 1 } })), {}, NEVER],
  ['only observed: it may become quiet', ticked({ ...living.run, hostEnabled: false }), {}, 90 * SECOND],
]);

const handedOff: Run = showing({ ...dead, state: 'handed-off', since: now });
const complete: Run = { ...living.run, state: 'complete', since: now };

table('a run that is not the watchdog’s', [
  ['handed off, and a supervisor is expected', handedOff, { recovers: true }, UNATTENDED_MS],
  ['no supervisor is', handedOff, {}, NEVER],
  ['it is paused', ticked({ ...handedOff, paused: { because: 'so', at: now } }), { recovers: true }, NEVER],
  ['its claim is looked into', ticked({ ...handedOff, claim: { by: 'it', because: 'so', attempt: 1 } }), { recovers: true }, NEVER],
  ['complete, with processes left', complete, {}, complete.spec.policy.lingerMs],
  ['nothing is left', showing({ ...dead, state: 'complete' }), {}, NEVER],
  ['a person is asked', { ...complete, blocked: 'so' }, {}, NEVER],
  ['complete, and paused', { ...complete, paused: { because: 'so', at: now } }, {}, NEVER],
  ['something is being done', { ...dead, pending: { id: 'a', kind: 'end', attempt: 1, at: now } }, onFull, NEVER],
]);
