import { type Message, messageOf } from '../../src/core/notices/message.ts';
import { openNotice } from '../../src/core/notices/notice.ts';
import { type Channel, parseChannels } from '../../src/system/notify/channel.ts';
import { news, START } from './core/notice-samples.ts';

/** The one channel of a setting. */
export function channelOf(text: string): Channel {
  const [channel] = parseChannels(text) ?? [];
  if (channel === undefined) throw new Error(`no channel: ${text}`);
  return channel;
}

export const messageAbout = (changes: Parameters<typeof news>[0] = {}): Message =>
  messageOf(openNotice(news(changes), START), 'some channel', 'build-7', START.wall);
