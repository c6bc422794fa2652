import { type Message, messageOf } from '../core/notices/message.ts';
import type { Notice } from '../core/notices/notice.ts';
import type { Delivered } from '../core/notices/schedule.ts';
import type { Channel } from '../system/notify/channel.ts';
import { send } from '../system/notify/send.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';

/**
 * Where notices are sent, by name: always to the watchdog's own log, and to the channels that the
 * operator has set.
 */
export interface Notifier {
  readonly channels: readonly string[];
  send(channel: string, notice: Notice): Promise<Delivered>;
}

/** The watchdog's stderr: its log, or the journal under systemd. */
const LOG = 'log';

/** `tell` writes to the watchdog's own log. */
export function notifier(channels: readonly Channel[], host: string, tell: (message: Message) => void): Notifier {
  return {
    channels: [LOG, ...channels.map(({ name }) => name)],
    send: async (name, notice) => {
      const message = messageOf(notice, name, host, Date.now());
      if (name === LOG) {
        tell(message);
        return { kind: 'accepted' };
      }
      const channel = channels.find((one) => one.name === name);
      if (channel === undefined) throw new Error(`there is no channel ${name}`);
      return send(channel, message);
    },
  };
}

/** Formats a notice for a log. */
export function inOneLine({ title, document: { sentence, over, commands } }: Message): string {
  const next = over === null && commands[0] !== undefined ? ` (${commands[0]})` : '';
  return sanitizeForTerminal(`${title}: ${over ?? sentence}${next}`);
}
