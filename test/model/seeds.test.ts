import { expect, test } from 'vitest';
import { programOf } from './programs/program.ts';
import { simulate } from './simulate.ts';

/** Worlds in which something was broken once, and what it was. */
test.each([
  [442, 'a limit noted before the clock was set back by a year held the run for that year'],
  [2213, 'an attempt that waited out the same limit was left alone for a year'],
  [2014670, 'a run whose agent had reported a full disk waited, after a reboot, for as long as the machine had been up before'],
  [1020949, 'the first run after a limit could not be ended, and the others of its account waited for it forever'],
  [
    730196080,
    'two answers that came after a run was stopped: the second undid the first, and the resumed run waited forever for its check',
  ],
  [30002083, 'the budget was spent while a look at the disks was due, and nothing returned to that after the look'],
  [1929000831, 'the requests to release a run and then to pause it arrived: the simulation expected a notification about that'],
  [1400746081, 'a container ended while no watchdog ran: the simulation itself placed that after the next look'],
  [1007577743, 'an agent that floods its log was ended as a silent one: the simulation itself hid the growth of the log'],
  [1554431299, 'an attempt whose results could never be seen was not ended for making none: the simulation itself asked for that'],
  [726, 'a watchdog that began while the clock was a year ahead forgot what had been spent on the day to which it was set back'],
  [830640596, 'nobody watched when the results of an attempt could first be seen: the simulation counted from then on'],
  [1924083341, 'a list on which fewer todos were done than before was no milestone: the simulation itself took it for one'],
  [1122678523, 'an agent whose turn ended at a cap had its time to exit by itself: the simulation itself wanted it ended at once'],
  [1536576399, 'an attempt that was paused for hours was looked at before it was ended: the simulation itself did not wait for that'],
  [291557396, 'an attempt that no watchdog had looked at before it was restarted: the simulation itself counted from its start'],
  [620260148, 'an attempt that was first looked at after a long tool: the simulation itself counted from before it'],
  [1272, 'an agent’s lines may arrive out of order: the simulation itself rejected the earlier step'],
  [1796797847, 'an attempt whose shim was slow had stalled since its start was decided: the simulation itself counted from its claim'],
  [1969607496, 'a run that was paused while its attempt lived was quiet in the end: the simulation itself wanted a person notified of it'],
  [833664269, 'a standby that was late after its word lived on when a stop came: the simulation did not kill it, as the program does'],
  [
    1368157816,
    'a handed-off run was paused, which came after the request to release it: the simulation expected a notification about that',
  ],
  [51001772, 'a run was complete before its decision was emitted: the simulation itself kept its standby until then'],
  [61001949, 'a question outlived the process that asked it: the simulation counted from when the next one asked'],
  [71003552, 'a milestone was lost with its group: the simulation itself remembered it'],
  [61003487, 'late log lines made an attempt look long, and its work was found during the next one: the simulation knew only the last'],
])('seed %i: %s', (seed) => {
  expect(simulate(programOf(seed)).broken).toBeNull();
});
