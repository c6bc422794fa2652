import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleetPage } from '../../../src/cli/fleet/page.ts';
import { isStatus, newerVersion, understood } from '../../../src/look/fleet/understood.ts';
import { sanitizeForTerminal } from '../../../src/system/text/sanitize.ts';
import { fleetView } from '../../../src/view/fleet/whole.ts';
import type { View } from '../../../src/view/model.ts';
import * as moments from '../../kit/core/moments.ts';
import { working } from '../../kit/core/world.ts';
import { HOSTILE, isHarmful } from '../../kit/kept-state.ts';
import { viewed } from '../../kit/viewed.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const VIEW = viewed({
  blocked: moments.blocked(),
  limited: moments.limited(),
  mending: moments.mending(),
  lives: working(),
  done: moments.stopped(),
});
const asJson = (value: unknown): object => JSON.parse(JSON.stringify(value));
const viewOf = (value: unknown): View => understood(asJson(value), sanitizeForTerminal, NOW).view;

/** All that is shown of an answer. */
function shown(view: View): string {
  const known = { given: 'b', name: 'b', prefix: 'ssh b', silence: null, heard: { view, atMs: 0, tookMs: 10, offsetMs: 0 } };
  const now = { wall: NOW, upMs: 1000 };
  const papers = [null, 100].map((columns) => ({
    columns,
    clock: { nowWall: NOW, isUtc: true, zone: 'UTC' },
    mark: '…',
    paint: (_: unknown, text: string) => text,
  }));
  const pages = [known, { ...known, silence: silence() }].flatMap((one) =>
    papers.flatMap((paper) => fleetPage({ hosts: [one], engine: null }, now, paper, true)),
  );
  return [...pages, JSON.stringify(fleetView({ hosts: [known], engine: null }, now).check)].join('\n');
}

const silence = () => ({ kind: 'timed-out', message: 'nothing within 15 s', expected: '', got: '', do: 'wait' }) as const;

test('a view of this version is the same view', () => {
  expect(viewOf(VIEW)).toEqual(asJson(VIEW));
});

test('what a newer version adds is kept', () => {
  const newer = { ...asJson(VIEW), mood: 'fine', runs: VIEW.runs.map((run) => ({ ...run, mood: 'fine' })) };
  expect(viewOf(newer)).toMatchObject({ mood: 'fine', runs: VIEW.runs.map(() => ({ mood: 'fine' })) });
});

describe('the first version, which had no view', () => {
  const OLD = [
    'name',
    'id',
    'state',
    'because',
    'agent',
    'cwd',
    'attempts',
    'resumes',
    'resumesWithoutProgress',
    'pid',
    'holds',
    'startedAt',
    'lastActivityAt',
  ];
  const old = {
    runs: VIEW.runs.map((run) => Object.fromEntries(Object.entries(run).filter(([key]) => OLD.includes(key)))),
    notices: [],
    host: { watchdog: { pid: 7, since: '2026-11-30T10:00:00Z' } },
  };

  test('has its groups, words and commands derived', () => {
    const { runs, counts, host, at } = viewOf(old);
    expect(runs.map(({ name, state, group, sign }) => [name, state, group, sign])).toEqual(
      VIEW.runs.map(({ name, state }) => [name, state, expect.any(String), expect.any(String)]),
    );
    expect(runs.find(({ name }) => name === 'blocked')).toMatchObject({ group: 'person', why: expect.stringContaining('') });
    expect(counts.person).toBe(1);
    expect(host).toMatchObject({ condition: 'alive', stateDir: '?' });
    expect(at).toBe('2026-11-30T12:00:00.000Z');
    expect(runs[0]?.commands.length).toBeGreaterThan(0);
  });

  test('without a host: nobody looks', () => {
    expect(viewOf({ runs: old.runs }).host.condition).toBe('none');
  });

  test('does not say when it was read', () => {
    expect(understood(asJson(old), String, NOW).hasClock).toBe(false);
    expect(understood(asJson(VIEW), String, NOW).hasClock).toBe(true);
  });
});

test.each(['dreaming', 'constructor'])('a state that is not known here (%s) is shown as it is, and rests', (state) => {
  const view = viewOf({ runs: [{ name: 'new', state }] });
  expect(view.runs).toMatchObject([{ name: 'new', state: 'held', label: state, group: 'held' }]);
  expect(shown(view)).toMatch(new RegExp(`^new@b +${state}$`, 'm'));
});

test('a run that is none is counted', () => {
  expect(viewOf({ runs: [{ name: 'ok', state: 'working' }, { state: 'working' }, 7, null] })).toMatchObject({
    runs: [{ name: 'ok' }],
    unreadable: [{ name: '?', state: 'working' }, { name: '?' }, { name: '?' }],
  });
});

test('what is a status, and of which version', () => {
  expect([{}, { runs: 1 }, { runs: [] }].map(isStatus)).toEqual([false, false, true]);
  expect([{}, { version: 1 }, { version: '2' }, { version: 2 }].map(newerVersion)).toEqual([null, null, null, 2]);
});

/** Where anything in a value may be replaced by anything. */
function replaced(value: unknown, path: readonly number[], by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[first % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const changed = replaced((value as Record<string, unknown>)[key], rest, by);
  return Array.isArray(value) ? value.map((one, index) => (String(index) === key ? changed : one)) : { ...value, [key]: changed };
}

test('an answer with anything at any place is shown, and harms no terminal', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constant(HOSTILE),
    fc.constant({ __proto__: null, toString: 1 }),
    fc.constant('2026-13-99T99:99:99Z'),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), anything, (path, by) => {
      const value = replaced(asJson(VIEW), path, by);
      if (typeof value !== 'object' || value === null || !isStatus(value)) return;
      expect(isHarmful(shown(viewOf(value)))).toBe(false);
    }),
    { numRuns: 400 },
  );
});
