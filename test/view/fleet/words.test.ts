import { expect, test } from 'vitest';
import type { EngineKnown, FleetKnown, HostKnown } from '../../../src/view/fleet/model.ts';
import { fleetView } from '../../../src/view/fleet/whole.ts';
import { engineInWords, missingInWords, noHostInWords, silenceInWords } from '../../../src/view/fleet/words.ts';

const NOW = { wall: Date.parse('2026-05-01T12:00:00Z'), upMs: 1_000_000 };
const engine = (patch: Partial<EngineKnown> = {}): EngineKnown => ({
  fleet: 'build',
  answeredMs: NOW.upMs - 40_000,
  trouble: null,
  ...patch,
});
const host = (patch: Partial<HostKnown> = {}): HostKnown => ({
  ...{ given: 'ci-1', name: 'ci-1', prefix: 'ssh ci-1', heard: null },
  silence: { kind: 'not-heard-of', message: 'no beat', expected: 'a beat', got: '', do: 'look' },
  ...patch,
});
const checkOf = (known: FleetKnown) => fleetView(known, NOW).check;

test('an engine that does not answer is never well, whatever was known before', () => {
  expect(checkOf({ hosts: [], engine: engine({ trouble: 'connection refused' }) })).toEqual({
    status: 3,
    because: 'the engine of the fleet does not answer: connection refused',
  });
  expect(engineInWords(engine({ trouble: 'connection refused' }), NOW)).toContain(
    'connection refused; what follows is what it said 40 s ago',
  );
  expect(engineInWords(engine({ trouble: 'timeout', answeredMs: null }), NOW)).toContain('timeout; nothing is known yet');
  expect(engineInWords(engine(), NOW)).toBe(null);
});

test('a fleet of which no host is known is not well either, and is not called empty before it was read', () => {
  expect(checkOf({ hosts: [], engine: engine() })).toMatchObject({ status: 3, because: expect.stringContaining('no host of build') });
  expect(noHostInWords(engine({ answeredMs: null }))).toBe('the engine of build is asked');
  expect(fleetView({ hosts: [], engine: engine({ answeredMs: null }) }, NOW).engine).toEqual({
    fleet: 'build',
    ageMs: null,
    problem: null,
  });
});

test('a host of which the engine hears nothing is silent; one that was asked itself did not answer', () => {
  expect(silenceInWords(host(), NOW)).toMatch(/^ci-1 is silent: no beat; its runs are unknown\. What to do: look$/);
  expect(silenceInWords(host({ silence: { ...host().silence!, kind: 'timed-out' } }), NOW)).toMatch(/^ci-1 did not answer: /);
});

test('changes that have not arrived are counted, and none are where that is not known', () => {
  expect([missingInWords(host({ missing: 1 })), missingInWords(host({ missing: 3 }))]).toEqual([
    '1 change of ci-1 has not arrived: its runs may be further than is shown',
    '3 changes of ci-1 have not arrived: its runs may be further than is shown',
  ]);
  expect([missingInWords(host({ missing: 0 })), missingInWords(host())]).toEqual([null, null]);
});
