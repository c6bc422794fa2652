import { describe, expect, test } from 'vitest';
import { type Evidence, type Placed, placement } from '../../../src/core/fleet/placement.ts';

const RUN: Placed = { name: 'train', host: 'gpu-1', isMovable: true, files: 'shared', trustsClocks: false };
const ALL: readonly Evidence[] = [
  { kind: 'released' },
  { kind: 'rebooted' },
  { kind: 'fenced' },
  { kind: 'operator', by: 'ann' },
  { kind: 'expired' },
];
const expired: readonly Evidence[] = [{ kind: 'expired' }];

describe('a run whose host is not heard of', () => {
  test.each<[string, Partial<Placed>, readonly Evidence[], RegExp]>([
    ['the host gave it up', {}, [{ kind: 'released' }], /has given it up/],
    ['the host was booted again', {}, [{ kind: 'rebooted' }], /booted again/],
    ['its power is cut', {}, [{ kind: 'fenced' }], /fence of gpu-1 succeeded/],
    ['an operator says so', {}, [{ kind: 'operator', by: 'ann' }], /ann says that gpu-1 is off/],
    ['all of that', {}, ALL, /has given it up/],
  ])('goes on elsewhere without a risk when %s', (_what, patch, evidence, because) => {
    expect(placement({ ...RUN, ...patch }, evidence)).toEqual({ kind: 'move', because: expect.stringMatching(because), risk: null });
  });

  test.each<[string, Partial<Placed>, RegExp]>([
    ['each epoch has a copy', { files: 'copied' }, /^what its attempt does outside/],
    ['the operator trusts the clocks', { trustsClocks: true }, /^two attempts may write at once/],
  ])('goes on after its lease alone, with the risk named, where %s', (_what, patch, risk) => {
    expect(placement({ ...RUN, ...patch }, expired)).toMatchObject({ kind: 'move', risk: expect.stringMatching(risk) });
  });

  test.each<[string, Partial<Placed>, readonly Evidence[], RegExp]>([
    ['its lease is over', {}, expired, /nothing proves that it cannot write; if it is off: dogwatch fleet dead gpu-1 --is-off/],
    ['nothing is known', {}, [], /gpu-1 holds it/],
    ['nothing is known, and the clocks are trusted', { trustsClocks: true }, [], /holds it/],
    ['it may not move', { isMovable: false }, ALL.slice(1), /not started with --movable/],
  ])('stays where it is when %s', (_what, patch, evidence, because) => {
    expect(placement({ ...RUN, ...patch }, evidence)).toEqual({ kind: 'stay', because: expect.stringMatching(because) });
  });

  test('that was given up may be taken by any host', () => {
    expect(placement({ ...RUN, isMovable: false }, ALL).kind).toBe('move');
  });
});
