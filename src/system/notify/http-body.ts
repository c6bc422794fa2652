import type { Message } from '../../core/notices/message.ts';
import { truncate, truncateTo } from '../../core/values/truncate.ts';
import type { HttpChannel } from './channel.ts';

export interface HttpBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Discord rejects longer texts (https://discord.com/developers/docs/resources/webhook). */
const DISCORD_LENGTH = 2000;
/** Slack truncates texts somewhere above this. */
const SLACK_LENGTH = 3800;
/** ntfy turns longer texts into attachments (https://docs.ntfy.sh/publish/). */
const NTFY_BYTES = 4096;

/** Formats a message for a kind of receiver. */
export function httpBody(kind: HttpChannel['kind'], message: Message): HttpBody {
  switch (kind) {
    case 'webhook':
      return json(message.document);
    case 'slack':
      return json({ text: inSlack(message) });
    case 'discord':
      // A name in the text must not mention anybody.
      return json({
        content: truncate(`**${plain(message.title)}**\n${plain(message.text)}`, DISCORD_LENGTH),
        allowed_mentions: { parse: [] },
      });
    case 'ntfy':
      return {
        headers: {
          'Content-Type': 'text/plain; charset=utf-8',
          Title: encodedWord(message.title),
          Priority: PRIORITY[message.event],
          Tags: TAG[message.event],
        },
        body: truncateTo(message.text, NTFY_BYTES, Buffer.byteLength),
      };
  }
}

const PRIORITY: Readonly<Record<Message['event'], string>> = { notice: 'high', reminder: 'high', 'all-clear': 'default', test: 'default' };
/** Shown as a symbol next to the title. */
const TAG: Readonly<Record<Message['event'], string>> = {
  notice: 'warning',
  reminder: 'warning',
  'all-clear': 'white_check_mark',
  test: 'test_tube',
};

const json = (value: object): HttpBody => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

/**
 * The three characters with a meaning in Slack
 * (https://docs.slack.dev/messaging/formatting-message-text) are escaped, so that the text mentions
 * nobody.
 */
const inSlack = ({ title, text }: Message): string =>
  truncate(`*${title.replaceAll('*', '∗')}*\n${text}`, SLACK_LENGTH)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** Escapes Discord's markup. */
const plain = (text: string): string => text.replaceAll(/[\\*_~`|>#]/g, '\\$&');

/** Header values are ASCII; ntfy decodes others as in RFC 2047. */
const encodedWord = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`);
