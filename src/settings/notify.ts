import type { Daily } from '../core/hours/daily.ts';
import {
  CHANNEL_FORMS,
  type Channel,
  type ExecChannel,
  type HttpChannel,
  type HttpTarget,
  parseChannels,
  parseHttpTarget,
  shownChannels,
  shownUrl,
} from '../system/notify/channel.ts';
import type { Setting } from './setting.ts';
import { codec, daily, type SettingType } from './types.ts';

/** The word that is printed and read for an empty value. */
const NONE = 'none';

// These are printed without their secrets, so they cannot be read back.

const channels: SettingType<readonly Channel[]> = {
  codec: codec<readonly Channel[]>(
    (text) => (text === NONE ? [] : parseChannels(text)),
    (value) => (value.length === 0 ? NONE : value.map(({ name }) => name).join(' ')),
  ),
  expected: `${NONE}, or one or several of ${CHANNEL_FORMS}`,
  hint: 'separated by spaces or commas; `dogwatch notify --test` tries them',
  shown: shownChannels,
};

/** Null if no URL is pinged. */
const pingUrl: SettingType<{ readonly target: HttpTarget | null }> = {
  codec: codec(
    (text) => {
      const target = text === NONE ? null : parseHttpTarget(text);
      return target === null && text !== NONE ? null : { target };
    },
    ({ target }) => (target === null ? NONE : shownUrl(target)),
  ),
  expected: `${NONE}, or a URL: https://…`,
  hint: 'the ping URL of a check, as healthchecks.io and others give it',
  shown: () => '… (not understood)',
};

/** Null if events are not sent. */
const eventReceiver: SettingType<{ readonly channel: ExecChannel | HttpChannel | null }> = {
  codec: codec<{ readonly channel: ExecChannel | HttpChannel | null }>(
    (text) => {
      if (text === NONE) return { channel: null };
      const [channel, ...others] = parseChannels(text) ?? [];
      return channel !== undefined && others.length === 0 && (channel.kind === 'exec' || channel.kind === 'webhook') ? { channel } : null;
    },
    ({ channel }) => channel?.name ?? NONE,
  ),
  expected: `${NONE}, exec:/path/to/program or https://…`,
  hint: 'one receiver; a program gets each event as JSON on its standard input, without a shell',
  shown: shownChannels,
};

/** Where notices and signs of life are sent. */
export const NOTIFY_SETTINGS = {
  notify: {
    name: 'DOGWATCH_NOTIFY',
    scope: 'host',
    type: channels,
    fallback: () => [],
    meaning: 'Where notices are sent when a run needs a person: channels, separated by spaces or commas.',
  } as Setting<readonly Channel[]>,
  heartbeat: {
    name: 'DOGWATCH_HEARTBEAT_URL',
    scope: 'host',
    type: pingUrl,
    fallback: () => ({ target: null }),
    meaning: 'This URL is requested once a minute while the watchdog is running, so that an external alarm notices when it is not.',
  } as Setting<{ readonly target: HttpTarget | null }>,
  report: {
    name: 'DOGWATCH_REPORT',
    scope: 'host',
    type: daily(),
    fallback: () => null,
    meaning:
      'When `dogwatch report` is sent to the channels each day: a time such as 07:00; Europe/Berlin. Nothing is sent if nothing ran.',
  } as Setting<Daily | null>,
  onEvent: {
    name: 'DOGWATCH_ON_EVENT',
    scope: 'host',
    type: eventReceiver,
    fallback: () => ({ channel: null }),
    meaning:
      'Each decision that changed something is sent here as JSON, in order, and retried; at most 1000 wait, then the oldest are dropped.',
  } as Setting<{ readonly channel: ExecChannel | HttpChannel | null }>,
} as const;
