import { expect } from 'vitest';
import { openReader } from '../../../src/store/reader.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

/** A zone without changes of its clocks in which it is about noon. */
function zoneAtNoon(): string {
  const west = new Date().getUTCHours() - 12;
  return `Etc/GMT${west < 0 ? '' : '+'}${west}`;
}

const received = (stage: Stage) => stage.lines('received').map((line) => JSON.parse(line));

function isDayNoted({ where }: Stage): boolean {
  const reader = openReader(where);
  try {
    return reader.notices().some(({ cause }) => cause.startsWith('report '));
  } finally {
    reader.close();
  }
}

story('the report of the morning is sent once, also if its time passed while no watchdog was running', async ({ stage }) => {
  const zone = zoneAtNoon();
  const program = stage.write('receive', `#!/bin/sh\ncat >>'${stage.file('received')}'\n`, 0o755);
  const env = (time: string) => ({ DOGWATCH_NOTIFY: `exec:${program}`, DOGWATCH_REPORT: `${time}; ${zone}` });
  const watchdog = () => stage.watchdog() ?? expect.fail('a watchdog has answered');
  stage.agent('sleep 600');
  // Nothing is due before the evening: the day before counts as reported.
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env: env('18:00') });
  await until('the day is noted', () => isDayNoted(stage));
  await stage.kill(watchdog());
  await stage.watch({ env: env('08:00') });
  await until('it is received', () => received(stage).length > 0);
  expect(received(stage)).toMatchObject([
    {
      event: 'report',
      title: 'dogwatch: report: 1 run',
      sentence: expect.stringMatching(/ Etc\/GMT[+-]\d+: 1 run, 1 attempt started/),
      lastLines: expect.arrayContaining(['GOES ON', expect.stringMatching(/^ {2}job {2}/)]),
    },
  ]);
  await stage.kill(watchdog());
  await stage.watch({ env: env('08:00') });
  await stage.does(['stop', 'job']);
  await stage.inState('stopped');
  expect(received(stage).length).toBe(1);
});
