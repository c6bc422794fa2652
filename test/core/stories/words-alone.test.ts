import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../src/core/model/facts.ts';
import { explain } from '../../../src/core/report/explain.ts';
import { Fleet, limit } from '../../kit/core/fleet.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';

const WORKS: Signal = { kind: 'event', works: true };
const AUTH: Signal = { kind: 'auth', text: 'Invalid API key', source: 'words' };

function fleet(): Fleet {
  const all = new Fleet({ a: {}, b: {}, c: {} });
  all.after(2 * MINUTE);
  for (const name of ['a', 'b', 'c']) all.says(name, WORKS);
  return all;
}
const words = (all: Fleet, ms: number) => limit({ resetsAtWall: all.now.wall + ms, provenance: 'prose', source: 'words' });

describe('a limit that is known from plain words only', () => {
  test('holds no other run, until another attempt meets it, too', () => {
    const all = fleet();
    all.isRefused('a', words(all, 3 * HOUR));
    all.exits('b');
    all.after(MINUTE);
    expect(all.resumes('a')).toEqual([]);
    expect(all.resumes('b')).toEqual([2]);
    expect(all.run('a').because).toContain('known from plain words only');
    all.isRefused('b', words(all, 3 * HOUR));
    expect(all.holds).toMatchObject([{ source: 'words', met: true, refusals: 0 }]);
    all.exits('c');
    all.after(2 * HOUR);
    expect(all.resumes('c')).toEqual([]);
  });

  test('is over as soon as an event shows the agent working', () => {
    const all = fleet();
    all.says('a', words(all, 6 * DAY));
    expect(all.run('a').attempt?.trouble).toMatchObject({ kind: 'limit', source: 'words' });
    all.says('a', { kind: 'event', works: false });
    expect(all.holds).toHaveLength(1);
    all.says('a', WORKS);
    expect(all.holds).toEqual([]);
    expect(all.run('a').attempt?.trouble).toBeNull();
    all.exits('a');
    all.after(SECOND);
    expect(all.resumes('a')).toEqual([2]);
  });

  test('is tried after some minutes where it speaks of days, and then believed', () => {
    const all = fleet();
    all.isRefused('a', words(all, 6 * DAY));
    all.after(14 * MINUTE);
    expect(all.resumes('a')).toEqual([]);
    all.after(2 * MINUTE);
    expect(all.resumes('a')).toEqual([2]);
    all.isRefused('a', words(all, 6 * DAY));
    all.exits('b');
    all.after(DAY);
    expect([all.resumes('a'), all.resumes('b')]).toEqual([[2], []]);
  });

  test('gives way to an event that says the same', () => {
    const all = fleet();
    all.says('a', words(all, 3 * HOUR));
    all.says('b', limit({ resetsAtWall: all.now.wall + 2 * HOUR, provenance: 'structured' }));
    expect(all.holds).toMatchObject([{ resetsAtWall: all.now.wall + 2 * HOUR, provenance: 'structured' }]);
    expect(all.holds[0]?.source).toBeUndefined();
    all.exits('c');
    all.after(HOUR);
    expect(all.resumes('c')).toEqual([]);
  });
});

test('credentials that are refused in plain words hold no other run, until another attempt meets it, too', () => {
  const all = fleet();
  all.isRefused('a', AUTH);
  all.exits('b');
  all.after(MINUTE);
  expect([all.resumes('a'), all.resumes('b')]).toEqual([[], [2]]);
  all.isRefused('b', AUTH);
  all.exits('c');
  all.after(HOUR);
  expect([all.resumes('b'), all.resumes('c')]).toEqual([[2], []]);
});

describe('the session of an agent that writes events', () => {
  const ID = '11111111-2222-4333-8444-555555555555';

  test('is not named by plain words after its first event', () => {
    const all = new Fleet({});
    all.register('a');
    const before = all.run('a').session;
    all.says('a', { kind: 'event', works: false }, { kind: 'session', id: ID, source: 'words' });
    expect(all.run('a').session).toBe(before);
  });

  test('is not missing by plain words after its first event', () => {
    const all = fleet();
    all.says('a', { kind: 'session-missing', text: 'No conversation found', source: 'words' });
    expect(all.run('a').attempt?.trouble).toBeNull();
  });
});

describe('a cap of its own command', () => {
  const CAP: Signal = { kind: 'cap', text: 'Reached maximum budget ($1)' };

  test('is a person’s turn, once, and no resume lifts it', () => {
    const all = fleet();
    all.isRefused('a', CAP);
    all.after(DAY, HOUR);
    expect(all.run('a').state).toBe('escalated');
    expect(all.run('a').because).toContain('Reached maximum budget ($1)');
    expect(all.resumes('a')).toEqual([]);
    expect(all.actions.filter(({ kind, run }) => kind === 'escalate' && run === 'a')).toMatchObject([{ cause: 'cap', to: 'operator' }]);
  });

  test('is begun anew where a person asks for it, and reached again', () => {
    const all = fleet();
    all.isRefused('a', CAP);
    all.operator('a', { kind: 'resume', prompt: null });
    all.after(SECOND);
    expect(all.resumes('a')).toEqual([2]);
    all.isRefused('a', CAP);
    expect(all.run('a').state).toBe('escalated');
  });
});

test('a refusal that nobody understands is shown as it was said', () => {
  const all = new Fleet({ a: {} });
  all.isRefused('a', { kind: 'refused', text: 'API Error: 418 a teapot' });
  expect(explain(all.run('a'), all.now)).toContain('It was refused in words that dogwatch does not know: “API Error: 418 a teapot”.');
});
