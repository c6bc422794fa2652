import { expect, test } from 'vitest';
import { playNotices } from './notices/play.ts';
import { playProbes } from './probes/play.ts';
import { playView } from './view/play.ts';

/** Storms in which something was broken once, and what it was. */
test.each([
  [18, playNotices, 'a caretaker that had just begun took a common silence for over, and nobody was notified of who stayed away'],
  [180, playNotices, 'an earlier common silence was none any more after a later one had ended'],
  [210, playNotices, 'two hosts that were off for good were not reported after the network had come back'],
  [304369321, playView, 'a host whose state was put back beat as one whose later changes had come before the beat'],
  [39, playProbes, 'one that probed alone, and reached the engine again, was not seen behind the row of a host that was off'],
])('seed %i', (seed, play, _what) => {
  expect(play(seed).broken).toBeNull();
});
