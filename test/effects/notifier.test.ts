import { describe, expect, test } from 'vitest';
import { clear, openNotice } from '../../src/core/notices/notice.ts';
import { inOneLine, notifier } from '../../src/effects/notifier.ts';
import { channelOf } from '../kit/channels.ts';
import { news, START } from '../kit/core/notice-samples.ts';
import { httpReceiver } from '../kit/receivers.ts';

const notice = openNotice(news({ sentence: 'line one\n\u001b[31mline two' }), START);

describe('where notices are sent', () => {
  test('always to the log: one sanitized line, with the first command to type', async () => {
    const lines: string[] = [];
    const { channels, send } = notifier([], 'build-7', (message) => lines.push(inOneLine(message)));
    expect(channels).toEqual(['log']);
    expect(await send('log', notice)).toEqual({ kind: 'accepted' });
    await send('log', clear(notice, 'it was resumed', START));
    expect(lines).toEqual([
      'upgrade: it needs a person: line one line two (dogwatch explain upgrade)',
      'over: upgrade: it needs a person: it was resumed',
    ]);
  });

  test('to each channel by its name', async () => {
    const { host, posted } = await httpReceiver(200);
    const { channels, send } = notifier([channelOf(`http://${host}/x`)], 'build-7', () => expect.unreachable());
    expect(channels).toEqual(['log', `http://${host}`]);
    expect(await send(`http://${host}`, notice)).toEqual({ kind: 'accepted' });
    expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({ id: notice.id, host: 'build-7', event: 'notice' });
    await expect(send('http://other', notice)).rejects.toThrow('there is no channel http://other');
  });
});
