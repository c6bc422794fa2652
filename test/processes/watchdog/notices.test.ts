import { expect } from 'vitest';
import { deadPort, httpReceiver, mailReceiver } from '../../kit/receivers.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];

const noticesOf = async (
  stage: Stage,
): Promise<readonly { state: string; channels: readonly { accepted: number; problem: string | null }[] }[]> =>
  JSON.parse((await stage.does(['status', '--json'])).stdout).notices;

const events = (posted: readonly { body: string }[]): readonly string[] => posted.map(({ body }) => JSON.parse(body).event);
const subjects = (mails: readonly string[]): readonly (string | undefined)[] => mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]);

/** Waits until a slow check returns something truthy. */
async function untilSo<T>(what: string, look: () => Promise<T | null | false | undefined>): Promise<T> {
  for (let left = 600; left > 0; left--) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain until ${what}`);
}

story('all attempts fail: one notice arrives by web and by mail, although both were down at first; ack ends it', async ({ stage }) => {
  const [web, mail] = [await deadPort(), await deadPort()];
  const env = {
    DOGWATCH_MAX_RESUMES: '1',
    DOGWATCH_RECOVERY_COMMAND: './mender.sh',
    DOGWATCH_NOTIFY: `http://127.0.0.1:${web}/hook smtp://127.0.0.1:${mail}/?to=me@example.org&from=dogwatch@example.org`,
  };
  stage.agent('[ -e mended ] || exit 1; echo x >done');
  stage.write('mender.sh', '#!/bin/sh\ncat >digest\necho x >>menders\necho "I do not know what is wrong."\n', 0o755);
  await stage.does(RUN, { env });
  await stage.inState('handed-off');
  for (let gate = 0; gate < 3; gate++) await stage.does(['supervise'], { env });
  await stage.inState('escalated');
  expect(stage.lines('menders')).toEqual(['x']);
  await untilSo(
    'both were tried in vain',
    async () => (await noticesOf(stage))[0]?.channels.filter(({ problem }) => problem !== null).length === 2,
  );
  // The watchdog that tried dies; the next one keeps trying.
  await stage.kill(stage.watchdog()!);
  const { posted } = await httpReceiver(200, {}, web);
  const { mails } = await mailReceiver({}, false, mail);
  await stage.does(['supervise'], { env });
  await until('both have it', () => posted.length > 0 && mails.length > 0);
  const [first] = posted.map(({ body }) => JSON.parse(body));
  expect(first).toMatchObject({
    event: 'notice',
    runs: ['job'],
    sentence: expect.stringContaining('recovery agent 1 ended without handing the run back'),
    lastLines: ['I do not know what is wrong.'],
    commands: expect.arrayContaining(['dogwatch resume job']),
  });
  expect(mails[0]).toContain('I do not know what is wrong.');
  // Once that is recorded, neither another gate nor another watchdog sends it again.
  await untilSo('it is written down', async () => (await noticesOf(stage))[0]?.channels.every(({ accepted }) => accepted === 1));
  await stage.kill(stage.watchdog()!);
  await stage.does(['supervise'], { env });
  await stage.does(['ack', 'job']);
  expect(await noticesOf(stage)).toMatchObject([{ state: 'acked' }]);
  expect([events(posted), mails.length]).toEqual([['notice'], 1]);
  // The end is sent once, under the same id.
  stage.write('mended', '');
  await stage.does(['resume', 'job']);
  await stage.inState('complete');
  await until('both hear that it is over', () => posted.length > 1 && mails.length > 1);
  expect(events(posted)).toEqual(['notice', 'all-clear']);
  expect(new Set(posted.map(({ headers }) => headers['x-dogwatch-notice-id'])).size).toBe(1);
  expect(subjects(mails)).toEqual([expect.not.stringContaining('over: '), expect.stringContaining('over: ')]);
  expect(await noticesOf(stage)).toEqual([]);
  expect(stage.lives().some(({ overlaps }) => overlaps)).toBe(false);
});
