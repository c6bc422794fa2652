import { describe, expect, test } from 'vitest';
import type { Limit, Signal } from '../../../src/core/model/facts.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import { DAY, HOUR, MINUTE, SECOND, type Wishes } from '../../kit/core/world.ts';

const OTHER: Wishes = { account: 'opencode/openai/0a0b0c0d0e0f' };
const AUTH: Signal = { kind: 'auth', text: 'Invalid API key' };

/** A fleet whose runs have worked for two minutes. */
function fleet(runs: Readonly<Record<string, Wishes>> = { a: {}, b: {}, c: {} }): Fleet {
  const all = new Fleet(runs);
  all.after(2 * MINUTE);
  for (const name of Object.keys(runs)) all.says(name);
  return all;
}

const inHours = (all: Fleet, hours: number): Pick<Limit, 'resetsAtWall' | 'provenance'> => ({
  resetsAtWall: all.now.wall + hours * HOUR,
  provenance: 'structured',
});

describe('a spent limit with a reset', () => {
  test('holds every run of the account until then and some slack; no other account', () => {
    const all = fleet({ a: {}, b: {}, other: OTHER });
    all.isRefused('a', limit(inHours(all, 2)));
    all.exits('b');
    all.exits('other');
    all.after(2 * HOUR + MINUTE);
    expect(all.resumes('other')).toEqual([2]);
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[], []]);
    expect(all.run('a').state).toBe('waiting');
    expect(all.run('b').holds).toEqual([
      { kind: 'limit', untilWall: Date.UTC(2026, 10, 23, 5, 4), because: expect.stringContaining('the five_hour limit of opencode/') },
    ]);
    expect(all.run('b').because).toContain('resets 2026-11-23T05:02:00.000Z (stated in an event)');
    expect(all.notices).toEqual([]);
  });

  test('one goes first, and once it works the others come staggered; nothing is charged', () => {
    const all = fleet();
    for (const run of ['a', 'b', 'c']) all.isRefused(run, limit(inHours(all, 2)));
    all.jitter = 0.9;
    all.after(2 * HOUR + 2 * MINUTE);
    const first = ['a', 'b', 'c'].filter((run) => all.resumes(run).length > 0);
    expect(first).toHaveLength(1);
    const [probe = ''] = first;
    const others = ['a', 'b', 'c'].filter((run) => run !== probe);
    all.after(10 * SECOND);
    expect(others.flatMap((run) => all.resumes(run))).toEqual([]);
    expect(all.run(others[0] ?? '').because).toContain(`the run ${probe} goes first`);
    all.says(probe, { kind: 'tool' });
    expect(all.holds).toEqual([]);
    all.tick();
    expect(others.map((run) => (all.run(run).due?.at.mono ?? 0) - all.now.mono)).toEqual([27 * SECOND, 27 * SECOND]);
    all.after(MINUTE);
    expect(others.map((run) => all.resumes(run))).toEqual([[2], [2]]);
    expect(['a', 'b', 'c'].map((run) => all.run(run).charged)).toEqual([[], [], []]);
  });

  test('slack is two to five minutes by chance', () => {
    const all = fleet({ a: {} });
    all.jitter = 1;
    all.isRefused('a', limit(inHours(all, 2)));
    expect(all.run('a').holds[0]?.untilWall).toBe(all.now.wall + 2 * HOUR + 5 * MINUTE);
  });

  test('that has just passed means now, with the same slack', () => {
    const all = fleet({ a: {} });
    all.isRefused('a', limit({ resetsAtWall: all.now.wall - 5 * MINUTE, provenance: 'prose' }));
    expect(all.run('a').holds[0]?.untilWall).toBe(all.now.wall + 2 * MINUTE);
  });

  test('further away than eight days is not believed', () => {
    const all = fleet({ a: {} });
    all.isRefused('a', limit(inHours(all, 9 * 24)));
    all.after(14 * MINUTE);
    expect(all.resumes('a')).toEqual([]);
    all.after(2 * MINUTE);
    expect(all.resumes('a')).toEqual([2]);
  });

  test('is believed once more after a refusal, and then no more: the distance grows', () => {
    const all = fleet({ a: {} });
    all.isRefused('a', limit(inHours(all, 1)));
    const waits: number[] = [];
    for (let refusal = 1; refusal <= 8; refusal++) {
      all.after((all.run('a').holds[0]?.untilWall ?? 0) - all.now.wall + SECOND);
      expect(all.resumes('a')).toHaveLength(refusal);
      all.isRefused('a', limit(inHours(all, 1)));
      waits.push(((all.run('a').holds[0]?.untilWall ?? 0) - all.now.wall) / MINUTE);
    }
    expect(waits).toEqual([62, 60, 120, 240, 240, 240, 240, 240]);
    expect(all.run('a').because).toContain('refused again 8 times');
    expect(all.run('a').charged).toEqual([]);
    expect(all.run('a').resumes).toBe(8);
  });

  test('a time that is known better replaces what was assumed, and no other', () => {
    const all = fleet();
    all.says('a', limit({ resetsAtWall: all.now.wall + 3 * HOUR, provenance: 'assumed' }));
    all.says('b', limit(inHours(all, 2)));
    all.says('c', limit({ resetsAtWall: all.now.wall + 4 * HOUR, provenance: 'prose' }));
    expect(all.holds).toHaveLength(1);
    expect(all.holds[0]).toMatchObject({ resetsAtWall: all.now.wall + 2 * HOUR, provenance: 'structured', refusals: 0 });
  });
});

test('a limit of one model does not hold a run with another one', () => {
  const all = fleet({ opus: { model: 'opus' }, more: { model: 'opus' }, sonnet: { model: 'sonnet' } });
  all.isRefused('opus', limit({ ...inHours(all, 2), name: 'seven_day_opus', ofModel: true }));
  all.exits('more');
  all.exits('sonnet');
  all.after(HOUR);
  expect(all.resumes('more')).toEqual([]);
  expect(all.resumes('sonnet')).toEqual([2]);
});

test('two limits are two holds; the later one decides', () => {
  const all = fleet({ a: {}, b: {} });
  all.says('a', limit(inHours(all, 1)), limit({ ...inHours(all, 5), name: 'seven_day' }));
  all.exits('a');
  expect(all.holds).toHaveLength(2);
  all.after(2 * HOUR);
  expect(all.resumes('a')).toEqual([]);
  all.after(4 * HOUR);
  expect(all.resumes('a')).toEqual([2]);
  all.says('a', { kind: 'turn', well: true });
  expect(all.holds).toEqual([]);
});

test('a run that was registered meanwhile waits with the others', () => {
  const all = fleet({ a: {} });
  all.isRefused('a', limit(inHours(all, 1)));
  all.register('new');
  expect(all.run('new')).toMatchObject({ state: 'waiting', attempt: null });
  all.after(HOUR + 3 * MINUTE);
  all.says('a', { kind: 'tool' });
  all.after(MINUTE);
  expect(all.run('new').attempt?.number).toBe(1);
});

describe('a living attempt', () => {
  test('of the same account is left alone', () => {
    const all = fleet();
    all.isRefused('a', limit(inHours(all, 2)));
    for (let minute = 0; minute < 60; minute++) {
      all.after(MINUTE);
      all.says('b', { kind: 'tool' });
    }
    expect(all.actions.filter(({ kind }) => kind === 'end')).toEqual([]);
    expect(all.run('b').attempt).toMatchObject({ number: 1, alive: true });
  });

  test('that reported the limit and sleeps is left alone until it is over, then ended; it goes first', () => {
    const all = fleet({ a: {}, b: {} });
    all.says('a', limit(inHours(all, 3)));
    all.exits('b');
    const look = () => all.tell({ kind: 'process.sampled', run: 'a', attempt: 1, vitals: { cpuMs: 0, tool: null, wroteWall: null } });
    for (let looks = 0; looks < 3 * 60 * 2; looks++) {
      all.after(30 * SECOND);
      look();
    }
    expect(all.actions.filter(({ kind }) => kind === 'end')).toEqual([]);
    expect(all.run('a').holds).toMatchObject([{ kind: 'limit' }]);
    for (let looks = 0; looks < 10; looks++) {
      all.after(30 * SECOND);
      look();
    }
    expect(all.resumes('a').length + all.resumes('b').length).toBe(1);
    expect(all.run('a').charged).toEqual([]);
  });

  test('that tried again by itself after the reset and was refused again holds its account on', () => {
    const all = fleet({ a: {}, b: {} });
    all.says('a', limit(inHours(all, 1)));
    all.exits('b');
    all.after(HOUR + MINUTE);
    all.now = { wall: all.now.wall + 90 * SECOND, mono: all.now.mono + 90 * SECOND };
    all.says('a', limit(inHours(all, 1)));
    all.after(30 * MINUTE);
    expect(all.resumes('b')).toEqual([]);
    expect(all.holds).toMatchObject([{ refusals: 1, untilWall: expect.any(Number) }]);
  });

  test('that gets on by itself lifts the hold', () => {
    const all = fleet({ a: {}, b: {} });
    all.says('a', limit(inHours(all, 3)));
    all.exits('b');
    all.after(MINUTE);
    all.says('a', { kind: 'tool' });
    all.after(MINUTE);
    expect(all.resumes('b')).toEqual([2]);
    expect(all.run('a').attempt?.trouble).toBeNull();
  });

  test('that only says that it tries again does not work', () => {
    const all = fleet({ a: {} });
    const before = all.run('a').attempt?.lastActivity;
    all.after(MINUTE);
    all.says('a', { kind: 'retrying', text: 'Reconnecting... 1/5' }, { kind: 'retrying', text: 'Reconnecting... 2/5' });
    expect(all.run('a').attempt?.lastActivity).toEqual(before);
    all.says('a', { kind: 'retrying', text: 'Reconnecting... 3/5' }, { kind: 'tool' });
    expect(all.run('a').attempt?.lastActivity).toEqual(all.now);
  });
});

test('a cap is for a person: one notice for all runs, and a probe now and then', () => {
  const all = fleet();
  for (const run of ['a', 'b', 'c']) all.isRefused(run, limit({ name: 'spend', isCap: true, text: 'monthly spend limit' }));
  all.after(14 * MINUTE);
  expect(all.notices).toEqual(['operator: limit spend']);
  all.after(2 * MINUTE);
  expect(['a', 'b', 'c'].flatMap((run) => all.resumes(run))).toEqual([2]);
});

describe('refused credentials', () => {
  test('hold all runs of the account, and no clock releases them; one notice', () => {
    const all = fleet({ a: {}, b: {}, other: OTHER });
    all.isRefused('a', AUTH);
    all.isRefused('b', AUTH);
    all.exits('other');
    all.after(30 * DAY);
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[], []]);
    expect(all.run('a')).toMatchObject({ state: 'held', holds: [{ kind: 'auth', untilWall: null }] });
    expect(all.notices).toEqual(['operator: auth']);
    expect(all.resumes('other')).toEqual([2]);
  });

  test('a person is notified only when the attempt is dead: it may go on by itself', () => {
    const all = fleet({ a: {} });
    all.says('a', AUTH);
    expect(all.notices).toEqual([]);
    all.says('a', { kind: 'turn', well: true });
    all.exits('a');
    expect(all.notices).toEqual([]);
    expect(all.resumes('a')).toEqual([2]);
  });

  test('that changed are tried by one run first; refused again, a person is notified again', () => {
    const all = fleet();
    for (const run of ['a', 'b', 'c']) all.isRefused(run, AUTH);
    all.tell({ kind: 'credentials.seen', run: 'a', fingerprint: 'old' });
    all.tell({ kind: 'credentials.seen', run: 'b', fingerprint: 'old' });
    all.after(HOUR);
    expect(['a', 'b', 'c'].flatMap((run) => all.resumes(run))).toEqual([]);
    all.tell({ kind: 'credentials.seen', run: 'b', fingerprint: 'new' });
    all.after(MINUTE);
    const [probe = ''] = ['a', 'b', 'c'].filter((run) => all.resumes(run).length > 0);
    expect(['a', 'b', 'c'].flatMap((run) => all.resumes(run))).toEqual([2]);
    all.isRefused(probe, AUTH);
    expect(all.notices).toEqual(['operator: auth', 'operator: auth']);
    all.after(DAY);
    expect(all.run(probe).state).toBe('held');
    all.tell({ kind: 'credentials.seen', run: 'a', fingerprint: 'newer' });
    all.after(MINUTE);
    const second = ['a', 'b', 'c'].find((run) => all.run(run).attempt?.alive === true) ?? '';
    all.says(second, { kind: 'turn', well: true });
    all.after(MINUTE);
    expect(['a', 'b', 'c'].map((run) => all.run(run).attempt?.alive)).toEqual([true, true, true]);
    expect(['a', 'b', 'c'].map((run) => all.run(run).charged)).toEqual([[], [], []]);
  });

  test('the operator sends one run first; when it works, the others follow', () => {
    const all = fleet();
    for (const run of ['a', 'b', 'c']) all.isRefused(run, AUTH);
    all.operator('c', { kind: 'resume', prompt: null });
    expect(all.resumes('c')).toEqual([2]);
    all.after(MINUTE);
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[], []]);
    all.says('c', { kind: 'tool' });
    all.after(MINUTE);
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[2], [2]]);
  });

  test('a run that somebody starts now is tried', () => {
    const all = fleet({ a: {} });
    all.isRefused('a', AUTH);
    all.register('new');
    expect(all.run('new').attempt).toMatchObject({ number: 1, alive: true });
    all.says('new', { kind: 'tool' });
    all.after(MINUTE);
    expect(all.resumes('a')).toEqual([2]);
  });
});

describe('the one that goes first', () => {
  const probing = () => {
    const all = fleet({ a: {}, b: {} });
    for (const run of ['a', 'b']) all.isRefused(run, limit(inHours(all, 1)));
    all.after(HOUR + 3 * MINUTE);
    return all;
  };

  test('is stopped: the next one goes', () => {
    const all = probing();
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[2], []]);
    all.operator('a', { kind: 'stop', because: 'enough' });
    all.after(MINUTE);
    expect(all.run('a').state).toBe('stopped');
    expect(all.resumes('b')).toEqual([2]);
  });

  test('waits for a person, and lives: the next one goes', () => {
    const all = probing();
    all.tell({ kind: 'agent.claimed', run: 'a', request: 'c', attempt: 2, genuine: true, claim: 'blocked', because: 'which key?' });
    all.after(MINUTE);
    expect(all.run('a')).toMatchObject({ state: 'escalated', attempt: { alive: true } });
    expect(all.resumes('b')).toEqual([2]);
  });

  test('is done: what held the others is over', () => {
    const all = probing();
    all.tell({ kind: 'agent.claimed', run: 'a', request: 'c', attempt: 2, genuine: true, claim: 'done', because: 'all is there' });
    expect(all.holds).toEqual([]);
    all.after(MINUTE);
    expect(all.resumes('b')).toEqual([2]);
  });

  test('is done, and only a file says so: the same', () => {
    const all = probing();
    all.tell({ kind: 'done-file.appeared', run: 'a', attempt: 2, path: '/srv/project/done' });
    expect(all.run('a').state).toBe('complete');
    expect(all.holds).toEqual([]);
  });

  test('tells nothing of its turns, but works on for a while', () => {
    const all = probing();
    for (let looks = 0; looks < 3; looks++) {
      all.after(30 * SECOND);
      all.says('a');
    }
    all.after(MINUTE);
    expect(all.resumes('b')).toEqual([2]);
  });

  test('dies for another reason: the next one goes, and neither is forgotten', () => {
    const all = probing();
    all.exits('a', 1);
    all.tick();
    expect(all.resumes('b')).toEqual([2]);
    all.says('b', { kind: 'tool' });
    all.after(10 * MINUTE);
    expect(all.resumes('a')).toEqual([2, 3]);
  });

  test('lives on while dogwatch is killed: nobody goes beside it', () => {
    const all = probing();
    all.restart();
    all.after(10 * SECOND);
    expect(all.resumes('b')).toEqual([]);
    all.says('a', { kind: 'tool' });
    all.after(MINUTE);
    expect(all.resumes('b')).toEqual([2]);
  });
});

test('limits never spend the budget', () => {
  const all = fleet({ a: { policy: { maxResumes: 1 } } });
  for (let refusal = 0; refusal < 12; refusal++) {
    all.isRefused('a', limit(inHours(all, 1)));
    all.after(5 * HOUR);
  }
  expect(all.run('a').charged).toEqual([]);
  expect(all.notices).toEqual([]);
});
