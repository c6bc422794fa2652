import type { Message } from '../../core/notices/message.ts';
import { truncate, truncateTo } from '../../core/values/truncate.ts';
import type { HttpChannel } from './channel.ts';

export interface HttpPost {
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/** Discord rejects longer texts (https://discord.com/developers/docs/resources/webhook). */
const DISCORD_LENGTH = 2000;
/** Slack truncates texts somewhere above this. */
const SLACK_LENGTH = 3800;
/**
 * ntfy turns longer texts into attachments, and reads twice as much JSON
 * (https://docs.ntfy.sh/publish/).
 */
const NTFY_BYTES = 4096;
const NTFY_TITLE_BYTES = 1024;

/** Formats a message for a kind of receiver. */
export function httpPost({ kind, target: { url } }: HttpChannel, message: Message): HttpPost {
  switch (kind) {
    case 'webhook':
      return { url, body: JSON.stringify(message.document) };
    case 'slack':
      return { url, body: JSON.stringify({ text: inSlack(message) }) };
    case 'discord':
      // A name in the text must not mention anybody.
      return {
        url,
        body: JSON.stringify({
          content: truncate(`**${plain(message.title)}**\n${plain(message.text)}`, DISCORD_LENGTH),
          allowed_mentions: { parse: [] },
        }),
      };
    case 'ntfy':
      return inNtfy(new URL(url), message);
  }
}

/** JSON is published at the root of the server, and names the topic. */
function inNtfy(url: URL, { event, title, text }: Message): HttpPost {
  const bodyOf = (message: string): string =>
    JSON.stringify({
      topic: url.pathname.slice(1),
      title: truncateTo(title, NTFY_TITLE_BYTES, Buffer.byteLength),
      message,
      priority: PRIORITY[event],
      tags: [TAG[event]],
    });
  const sizeOf = (message: string): number => Math.max(Buffer.byteLength(message), Buffer.byteLength(bodyOf(message)) / 2);
  const body = bodyOf(truncateTo(text, NTFY_BYTES, sizeOf));
  return { url: new URL(`/${url.search}`, url).href, body };
}

const HIGH = 4;
const DEFAULT = 3;
const PRIORITY: Readonly<Record<Message['event'], number>> = {
  notice: HIGH,
  reminder: HIGH,
  'all-clear': DEFAULT,
  report: DEFAULT,
  test: DEFAULT,
};
/** Shown as a symbol next to the title. */
const TAG: Readonly<Record<Message['event'], string>> = {
  notice: 'warning',
  reminder: 'warning',
  'all-clear': 'white_check_mark',
  report: 'clipboard',
  test: 'test_tube',
};

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
