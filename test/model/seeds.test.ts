import { expect, test } from 'vitest';
import { programOf } from './programs/program.ts';
import { simulate } from './simulate.ts';

/** Worlds in which something was broken once, and what. */
test.each([
  [442, 'a limit that was noted before the clock was set back by a year held the run for that year'],
  [2213, 'an attempt that slept out such a limit was left alone for a year'],
  [2014670, 'a run whose agent had reported a full disk waited, after a reboot, for as long as the machine had been up before'],
  [1020949, 'the run that went first after a limit could not be ended, and the others of its account waited for it for ever'],
  [
    730196080,
    'two answers that came after a run was stopped: the second undid the first, and the resumed run waited for ever for its check',
  ],
  [30002083, 'the budget was spent while the disks were to be looked at, and nobody came back to that after the look'],
  [1929000831, 'the operator was heard to release a run and then to pause it: the simulation wanted somebody to be notified of that'],
  [1400746081, 'a container ended while nobody watched: the simulation itself placed that after the next look'],
  [1007577743, 'an agent that floods its log was ended as a silent one: the simulation itself let nobody see that the log grew'],
  [1272, 'what an agent says may be heard in another order: the simulation itself took the earlier step for none'],
])('seed %i: %s', (seed) => {
  expect(simulate(programOf(seed)).broken).toBeNull();
});
