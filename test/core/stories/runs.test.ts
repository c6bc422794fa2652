import { expect, test } from 'vitest';
import type { Decision } from '../../../src/core/decision.ts';
import type { Command, Fact, ProcessIdentity } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import { DAY, HOUR, MINUTE, process, specWith, worldOf } from '../../kit/core/world.ts';

/** A world with a store behind it, fed facts one by one. */
function toldWorld(mayAct = true) {
  const stored = new Map<string, Run>();
  const world = worldOf([], { mayAct, find: (id) => stored.get(id) ?? null });
  const now = { wall: 1_800_000_000_000, mono: 0 };
  let seq = 0;
  const tell = (fact: Fact): Decision | null => {
    seq += 1;
    const decided = world.observe({ ...fact, seq, at: now, jitter: 0 });
    if (decided?.kind === 'run') stored.set(decided.run.id, decided.run);
    return decided;
  };
  const register = (run: string, name: string, by = run, foreign: ProcessIdentity | null = null) => {
    const spec = { ...specWith({ name }), environmentFile: `${by}.json` };
    return tell({ kind: 'run.registered', run, request: `register ${run}`, generation: 1, spec, foreign });
  };
  const operator = (run: string, command: Command) => tell({ kind: 'operator.requested', run, request: `ask ${run}`, command });
  const start = (run: string) => {
    const { pending } = world.run(run) ?? {};
    const outcome = { kind: 'started', attempt: pending?.attempt ?? 0, shim: process(1), agent: null } as const;
    return tell({ kind: 'action.settled', run, action: pending?.id ?? '', outcome });
  };
  return { world, now, tell, register, operator, start };
}

const accepted = (decided: Decision | null): boolean | null => decided?.reply?.accepted ?? null;

const UUIDS = ['7f90b0a1-0000-4000-8000-000000000001', '7f90b0a1-0000-4000-8000-000000000002'] as const;
const STOP: Command = { kind: 'stop', because: 'enough' };
const RESUME: Command = { kind: 'resume', prompt: null };

test('a name belongs to one active run, and is free again when that one is over', () => {
  const { register, operator, world, tell } = toldWorld();
  expect(accepted(register('a-1', 'a'))).toBe(true);
  expect(accepted(register('a-2', 'a'))).toBe(false);
  expect(accepted(register('b-1', 'b'))).toBe(true);
  const { pending } = world.run('a-1') ?? {};
  tell({ kind: 'action.settled', run: 'a-1', action: pending?.id ?? '', outcome: { kind: 'abandoned', because: 'so' } });
  operator('a-1', STOP);
  const second = world.run('a-1')?.pending;
  tell({ kind: 'action.settled', run: 'a-1', action: second?.id ?? '', outcome: { kind: 'abandoned', because: 'so' } });
  expect(world.run('a-1')).toBeNull();
  expect(accepted(register('a-2', 'a'))).toBe(true);
  expect(accepted(operator('a-1', RESUME)), 'a newer run has the name').toBe(false);
  expect(world.active.map(({ id }) => id)).toEqual(['b-1', 'a-2']);
});

test('a registration that comes twice has the same answer twice, and changes nothing', () => {
  const { register, start, world } = toldWorld();
  register('a-1', 'a');
  start('a-1');
  const before = world.run('a-1');
  expect(register('a-1', 'a')).toMatchObject({ reply: { accepted: true, message: 'a-1' }, actions: [] });
  expect(world.run('a-1')).toEqual(before);
});

test('of two that register a run of one name at once, the second is refused', () => {
  const { register, world } = toldWorld();
  expect(accepted(register('a-1', 'a', 'one'))).toBe(true);
  expect(accepted(register('a-1', 'a', 'two'))).toBe(false);
  expect(world.run('a-1')?.spec.environmentFile).toBe('one.json');
});

test.each([
  ['without a name of its own, in the same directory', { unnamed: true }, {}, false],
  ['the same command with another session', { unnamed: true }, { command: ['claude', '--session-id', UUIDS[1]] }, false],
  ['with a name that the operator chose', {}, {}, true],
  ['in another directory', { unnamed: true }, { cwd: '/elsewhere' }, true],
  ['another command', { unnamed: true }, { command: ['claude', '-p', 'else'] }, true],
  ['another prompt', { unnamed: true }, { prompt: 'else' }, true],
] as const)('a second run of the same job, %s: accepted? (%#)', (_, asked, different, isAccepted) => {
  const { tell } = toldWorld();
  const register = (name: string, spec: object) => {
    const whole = { ...specWith({ name }), command: ['claude', '--session-id', UUIDS[0]], environmentFile: `${name}.json`, ...spec };
    return tell({ kind: 'run.registered', run: `${name}.1`, request: name, generation: 1, spec: whole, foreign: null, ...asked });
  };
  expect(accepted(register('one', {}))).toBe(true);
  expect(accepted(register('two', different))).toBe(isAccepted);
  expect(accepted(register('one', {})), 'the same registration again').toBe(true);
});

test('a process that a run watches is not adopted by another', () => {
  const { register } = toldWorld();
  expect(accepted(register('a-1', 'a', 'a', process(7)))).toBe(true);
  expect(accepted(register('b-1', 'b', 'b', process(7)))).toBe(false);
  expect(accepted(register('b-1', 'b', 'b', process(8)))).toBe(true);
  expect(accepted(register('b-1', 'b', 'b', process(8)))).toBe(true);
});

test('a run that is over is left to the store, and comes back when it is resumed', () => {
  const { register, operator, start, world, tell } = toldWorld();
  register('a-1', 'a');
  start('a-1');
  operator('a-1', STOP);
  tell({
    kind: 'action.settled',
    run: 'a-1',
    action: world.run('a-1')?.pending?.id ?? '',
    outcome: { kind: 'ended', attempt: 1, because: 'TERM' },
  });
  expect(world.runs).toEqual([]);
  expect(accepted(operator('a-1', RESUME))).toBe(true);
  expect(world.run('a-1')?.state).toBe('waiting');
});

test('a complete run is kept until its process is gone', () => {
  const { register, start, world, tell } = toldWorld();
  register('a-1', 'a');
  start('a-1');
  const claim = { kind: 'agent.claimed', run: 'a-1', request: 'c', attempt: 1, genuine: true, claim: 'done', because: 'all' } as const;
  tell(claim);
  expect(world.run('a-1')?.state).toBe('complete');
  tell({ kind: 'process.exited', run: 'a-1', attempt: 1, code: 0, signal: null, outOfMemory: false, survivors: [] });
  expect(world.run('a-1')).toBeNull();
});

test.each<[string, Fact, boolean | null]>([
  ['a request', { kind: 'operator.requested', run: 'nobody', request: 'r', command: STOP }, false],
  ['a fact', { kind: 'tick', run: 'nobody' }, null],
])('%s about a run that nobody knows', (_what, fact, answer) => {
  expect(accepted(toldWorld().tell(fact))).toBe(answer);
});

test('a run is due when a tick may change something about it, and not after that', () => {
  const { register, start, world, now, tell } = toldWorld();
  register('a-1', 'a');
  expect(world.due(now), 'its start is in flight').toEqual([]);
  start('a-1');
  tell({ kind: 'process.exited', run: 'a-1', attempt: 1, code: 1, signal: null, outOfMemory: false, survivors: [] });
  tell({ kind: 'session.learned', run: 'a-1', attempt: 1, session: 'ses_1' });
  expect(world.due(now)).toEqual([]);
  now.mono += MINUTE;
  expect(world.due(now)).toEqual(['a-1']);
  tell({ kind: 'tick', run: 'a-1' });
  expect(world.due(now)).toEqual([]);
});

test.each<[string, wallMs: number, monoMs: number, isDue: boolean]>([
  ['both clocks go on', 1000, 1000, false],
  ['almost side by side', 1998, 1000, false],
  ['the end has come, by both', 2 * HOUR, 2 * HOUR, true],
  ['the wall clock jumps to it', 2 * HOUR, 1000, true],
  ['the wall clock is set back', -DAY, 1000, false],
])('a run that waits for a time of the day, once that was looked at: %s', (_, wallMs, monoMs, isDue) => {
  const fleet = new Fleet({ a: {} });
  fleet.says('a');
  fleet.isRefused('a', limit({ resetsAtWall: fleet.now.wall + HOUR, provenance: 'structured' }));
  fleet.after(MINUTE);
  expect(fleet.run('a').holds).toMatchObject([{ kind: 'limit' }]);
  expect(fleet.world.due(fleet.now)).toEqual([]);
  const then = { wall: fleet.now.wall + wallMs, mono: fleet.now.mono + monoMs };
  expect([fleet.world.due(then), fleet.world.due(then)]).toEqual(isDue ? [['a'], ['a']] : [[], []]);
});

test('DOGWATCH_ENABLED=0 of the host holds for every run that is registered', () => {
  const { register } = toldWorld(false);
  expect(register('a-1', 'a')).toMatchObject({ run: { state: 'held' }, actions: [] });
});
