import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../kit/until.ts';
import { whyNoMachine } from './machine.ts';
import { bootInstalled, type Service } from './service.ts';

const why = whyNoMachine();

describe.skipIf(why)(`the service’s decisions are in the journal, with fields${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  beforeAll(async () => {
    on = await bootInstalled();
  });
  afterAll(() => on?.machine.tearDown());

  const entries = (...match: readonly string[]): readonly Record<string, string>[] =>
    on.machine
      .run(['journalctl', '-q', '-o', 'json', ...match])
      .stdout.split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  test('the story of a run: start, death, resume, stop', async () => {
    on.dogwatch(['run', '--detach', '--name', 'job', '--', './agent.sh']);
    const agent = await on.agentOf('job');
    on.kill('KILL', agent);
    await on.agentOf('job', agent);
    on.dogwatch(['stop', 'job', '--because', 'enough']);
    const story = await until('the journal has its end', () => {
      const all = entries('DOGWATCH_RUN=job');
      return all.some(({ DOGWATCH_STATE }) => DOGWATCH_STATE === 'stopped') && all;
    });
    expect(story.filter(({ DOGWATCH_ACTION }) => DOGWATCH_ACTION === 'resume').map(({ DOGWATCH_STATE }) => DOGWATCH_STATE)).toEqual([
      'starting',
      'starting',
    ]);
    expect(story.map(({ MESSAGE }) => MESSAGE)).toContainEqual(expect.stringMatching(/^job .*attempt 1 ended by SIGKILL/));
    for (const entry of story)
      expect(entry).toMatchObject({ SYSLOG_IDENTIFIER: 'dogwatch', DOGWATCH_RUN_ID: 'job.1', PRIORITY: expect.stringMatching(/^[56]$/) });
    const sequence = story.map(({ DOGWATCH_SEQ }) => Number(DOGWATCH_SEQ));
    expect(sequence).toEqual([...sequence].sort((a, b) => a - b));
    // Nothing is reported twice, as an entry and as a line.
    expect(on.journal('dogwatch.service')).not.toMatch(/^\d{4}-.*job/m);
  });

  test('what a person must know has the priority of an error, and names the run', async () => {
    on.dogwatch([
      'run',
      '--detach',
      '--name',
      'lost',
      '--',
      'sh',
      '-c',
      'dogwatch blocked --because "the registry\nPRIORITY=7"; sleep 100',
    ]);
    const [notice] = await until('a notice is sent', () => {
      const all = entries('DOGWATCH_RUN=lost', '-p', 'err');
      return all.length > 0 && all;
    });
    expect(notice).toMatchObject({
      DOGWATCH_EVENT: 'notice',
      PRIORITY: '3',
      DOGWATCH_CAUSE: 'blocked/lost.1',
      MESSAGE: expect.stringContaining('the registry PRIORITY=7'),
    });
    on.dogwatch(['stop', 'lost']);
  });

  test('DOGWATCH_JOURNAL=0 has a line a decision instead', async () => {
    on.edit('dogwatch.service', '[Service]\nEnvironment=DOGWATCH_JOURNAL=0\n');
    on.machine.does(['systemctl', 'restart', 'dogwatch.service']);
    on.dogwatch(['run', '--detach', '--name', 'plain', '--', './agent.sh']);
    await until('it is a line', () => /^\d{4}-\S+ plain starting/m.test(on.journal('dogwatch.service')));
    expect(entries('DOGWATCH_RUN=plain')).toEqual([]);
    on.dogwatch(['stop', 'plain']);
  });
});
