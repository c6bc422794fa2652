import * as z from 'zod/mini';
import {
  CHANNEL_FORMS,
  type Channel,
  type HttpTarget,
  parseChannels,
  parseHttpTarget,
  shownChannels,
  shownUrl,
} from '../system/notify/channel.ts';
import type { Setting } from './setting.ts';
import type { SettingType } from './types.ts';

/** What is printed and read where there is none. */
const NONE = 'none';

/** Printed without what is secret: it is not read back. */
const secret = <T>(parse: (text: string) => T | null, print: (value: T) => string) =>
  z.codec(z.string().check(z.trim()), z.custom<T>(), {
    decode: (text, context) => {
      const value = parse(text);
      if (value !== null) return value;
      context.issues.push({ code: 'custom', input: '', message: 'not in the form expected' });
      return z.NEVER;
    },
    encode: print,
  });

const channels: SettingType<readonly Channel[]> = {
  codec: secret(
    (text) => (text === NONE ? [] : parseChannels(text)),
    (value) => (value.length === 0 ? NONE : value.map(({ name }) => name).join(' ')),
  ),
  expected: `${NONE}, or one or several of ${CHANNEL_FORMS}`,
  hint: 'blanks or commas between them; `dogwatch notify --test` tries them',
  shown: shownChannels,
};

/** Null: nobody is pinged. */
const pingUrl: SettingType<{ readonly target: HttpTarget | null }> = {
  codec: secret(
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

/** Who hears of it. */
export const NOTIFY_SETTINGS = {
  notify: {
    name: 'DOGWATCH_NOTIFY',
    scope: 'host',
    type: channels,
    fallback: () => [],
    meaning: 'Where notices go when a run needs a person: channels, separated by blanks or commas.',
  } as Setting<readonly Channel[]>,
  heartbeat: {
    name: 'DOGWATCH_HEARTBEAT_URL',
    scope: 'host',
    type: pingUrl,
    fallback: () => ({ target: null }),
    meaning: "This URL is asked for once a minute as long as the watchdog works: somebody else's alarm hears when it does not.",
  } as Setting<{ readonly target: HttpTarget | null }>,
} as const;
