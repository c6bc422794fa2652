import { describe, expect, test } from 'vitest';
import { send } from '../../../src/system/notify/send.ts';
import { channelOf, messageAbout } from '../../kit/channels.ts';
import { deadPort, type MailAnswers, mailReceiver } from '../../kit/receivers.ts';

const message = messageAbout();
const PASSWORD = 'correct-horse-battery';
const url = (port: number, login = '') =>
  `smtp://${login}127.0.0.1:${port}/?to=ops+night@example.org,me@example.org&from=dogwatch@example.org`;

test('a mail has recipient, sender and subject, and is a reply to the first one', async () => {
  const { port, mails, commands } = await mailReceiver();
  expect(await send(channelOf(url(port)), messageAbout({ subject: 'es braucht dich' }))).toEqual({ kind: 'accepted' });
  const [mail = ''] = mails;
  expect(mails).toHaveLength(1);
  expect(mail).toContain('From: dogwatch@example.org\n');
  expect(mail).toContain('To: ops+night@example.org, me@example.org\n');
  expect(mail).toContain('Subject: [dogwatch] upgrade: es braucht dich\n');
  expect(mail).toContain(`Message-ID: <${message.key}@dogwatch.invalid>\n`);
  expect(mail).toContain(`In-Reply-To: <${message.noticeId}@dogwatch.invalid>\n`);
  expect(mail).toContain(`X-Dogwatch-Notice-ID: ${message.noticeId}\n`);
  expect(mail).toContain('> npm error need auth');
  expect(commands.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ops+night@example.org>', 'RCPT TO:<me@example.org>']);
});

test('a subject cannot smuggle a header in', async () => {
  const { port, mails } = await mailReceiver();
  await send(channelOf(url(port)), messageAbout({ subject: 'x\r\nBcc: other@example.org' }));
  expect(mails[0]).not.toMatch(/^Bcc:/m);
});

test('with a login it authenticates', async () => {
  const { port, commands } = await mailReceiver();
  expect(await send(channelOf(url(port, `me:${PASSWORD}@`)), message)).toEqual({ kind: 'accepted' });
  expect(commands).toContain(`AUTH PLAIN ${Buffer.from(`\0me\0${PASSWORD}`).toString('base64')}`);
});

describe('the result', () => {
  test.each<[string, MailAnswers, boolean]>([
    ['a mailbox that is busy', { RCPT: '450 busy' }, true],
    ['no such mailbox', { RCPT: '550 no such user here' }, false],
    ['a full server', { '.': '452 no space' }, true],
    ['a rejected mail', { '.': '554 spam' }, false],
    ['a rejected password', { AUTH: `535 bad credentials: ${PASSWORD}` }, false],
  ])('%s', async (_, answers, isRetryable) => {
    const { port } = await mailReceiver(answers);
    const outcome = await send(channelOf(url(port, `me:${PASSWORD}@`)), message);
    expect(outcome).toMatchObject({ kind: 'refused', isRetryable });
    expect(JSON.stringify(outcome)).toContain(Object.values(answers)[0]?.slice(0, 5));
    expect(JSON.stringify(outcome)).not.toContain(PASSWORD);
  });

  test('no server is listening', async () => {
    expect(await send(channelOf(url(await deadPort())), message)).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining('ECONNREFUSED'),
      isRetryable: true,
    });
  });

  test('no greeting within the deadline', async () => {
    const { port } = await mailReceiver({}, true);
    expect(await send(channelOf(url(port)), message, 50)).toMatchObject({ kind: 'refused', isRetryable: true });
  });

  test('a password is not sent in the clear to another machine', async () => {
    const { port, commands } = await mailReceiver();
    // A name of this machine that is not obviously one.
    const elsewhere = url(port, `me:${PASSWORD}@`).replace('127.0.0.1', '0.0.0.0');
    expect(await send(channelOf(elsewhere), message)).toMatchObject({ kind: 'refused', because: expect.stringContaining('STARTTLS') });
    expect(commands.join()).not.toContain('AUTH');
  });
});
