import { describe, expect, test } from 'vitest';
import type { HoldSaid } from '../../../src/core/fleet/holds.ts';
import { type ProbeAsked, type ProbeRow, type ProbeVerdict, probe, startsAfterMs } from '../../../src/core/fleet/probe.ts';

const HOLD: HoldSaid = { generation: 2, phase: 'held', refusals: 1, provenance: 'prose', untilWall: 100_000 };
const ROW: ProbeRow = { generation: 2, refusals: 1, host: 'b', nonce: 'b-4', run: 'job.1', ended: null };
const ASKED: ProbeAsked = { hold: HOLD, row: null, unreachableMs: 0, isOther: true, nowWall: 102_000, slackMs: 2000, chance: 0.5 };

test.each<[string, Partial<ProbeAsked>, ProbeVerdict]>([
  ['before it is over', { nowWall: 101_999 }, { kind: 'wait', untilWall: 102_000 }],
  ['when nobody probes', {}, { kind: 'claim' }],
  ['while a living host probes', { row: ROW }, { kind: 'wait', untilWall: null }],
  ['when the host that probes is silent, or this one', { row: ROW, isOther: false }, { kind: 'claim' }],
  ['while the probe of an earlier refusal is alive', { row: { ...ROW, refusals: 0 } }, { kind: 'wait', untilWall: null }],
  ['after the probe of an earlier refusal', { row: { ...ROW, refusals: 0, ended: 'something' } }, { kind: 'claim' }],
  ['after the probe of an earlier generation', { row: { ...ROW, generation: 1, refusals: 4, ended: 'something' } }, { kind: 'claim' }],
  ['after one whose result has not come yet', { row: { ...ROW, ended: 'something' } }, { kind: 'wait', untilWall: null }],
  [
    'after one of a refusal that is not known here',
    { row: { ...ROW, refusals: 2, ended: 'something' } },
    { kind: 'wait', untilWall: null },
  ],
  ['after one that showed nothing', { row: { ...ROW, ended: 'nothing' } }, { kind: 'claim' }],
  ['without the engine: first it waits', { row: 'unreachable' }, { kind: 'wait', untilWall: 402_000 }],
  [
    'without the engine: not while it elects a leader',
    { row: 'unreachable', unreachableMs: 59_999, nowWall: 402_000 },
    { kind: 'wait', untilWall: null },
  ],
  ['without the engine: in the end alone', { row: 'unreachable', unreachableMs: 60_000, nowWall: 402_000 }, { kind: 'alone' }],
  ['of a limit that is over', { hold: { ...HOLD, phase: 'released' } }, { kind: 'wait', untilWall: null }],
  ['of one that no clock releases', { hold: { ...HOLD, untilWall: null } }, { kind: 'wait', untilWall: null }],
])('the probe %s', (_what, patch, verdict) => {
  expect(probe({ ...ASKED, ...patch })).toEqual(verdict);
});

describe('after a release', () => {
  const HOSTS = ['a', 'b', 'c', 'd', 'e'];

  test('hosts start one after another, in the same order everywhere, and in another the next time', () => {
    const order = (hosts: readonly string[], generation: number) => HOSTS.map((host) => startsAfterMs(host, hosts, generation, 1000));
    expect(order(HOSTS, 1).toSorted()).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(order(HOSTS.toReversed(), 1)).toEqual(order(HOSTS, 1));
    expect(order(HOSTS, 2)).not.toEqual(order(HOSTS, 1));
  });

  test('one that is in no list yet starts at once', () => {
    expect(startsAfterMs('new', HOSTS, 1, 1000)).toBe(0);
  });
});
