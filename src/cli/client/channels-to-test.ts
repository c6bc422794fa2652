import { readSettings } from '../../settings/read.ts';
import type { Channel } from '../../system/notify/channel.ts';
import { handOver, livingWatchdog } from './watchdog-settings.ts';

export interface ToTest {
  /** Whose settings they are. */
  readonly of: 'shell' | 'watchdog';
  readonly channels: readonly Channel[];
  /** The watchdog that is at work, and the channels that it has; null: none is, or that can't be seen. */
  readonly watchdog: { readonly pid: number; readonly channels: readonly string[] | null; readonly differs: boolean | null } | null;
  /** What a person has to know of whose they are; null: nothing. */
  readonly remark: string | null;
}

/** The channels of this shell, where it has some; else those of the watchdog that is at work, which is who sends notices. */
export function channelsToTest(env: NodeJS.ProcessEnv): ToTest {
  const read = readSettings(env);
  const here = { of: 'shell', channels: read.settings.notify, watchdog: null, remark: null } as const;
  const watchdog = livingWatchdog(env);
  if (watchdog.kind === 'none') return here;
  if (watchdog.kind === 'unknown')
    return { ...here, remark: `whether a watchdog is at work can't be seen (${watchdog.because}): these are the settings of this shell` };
  const { pid, variables } = watchdog;
  const unread = { pid, channels: null, differs: null };
  if (variables === null)
    return {
      ...here,
      watchdog: unread,
      remark: `what the watchdog has (process ${pid}) can't be read: these are the settings of this shell`,
    };
  const theirs = readSettings(variables).settings.notify;
  const names = theirs.map(({ name }) => name);
  const differs = JSON.stringify(theirs) !== JSON.stringify(here.channels);
  const known = { pid, channels: names, differs };
  if (!differs) return { ...here, watchdog: known };
  if (read.sources.notify === 'default')
    return {
      of: 'watchdog',
      channels: theirs,
      watchdog: known,
      remark: `this shell has no DOGWATCH_NOTIFY: these are the channels of the watchdog that is at work (process ${pid})`,
    };
  const has = names.length === 0 ? 'no channel' : `other channels (${names.join(' ')})`;
  return {
    ...here,
    watchdog: known,
    remark: `these are the channels of this shell, but the watchdog that is at work (process ${pid}) has ${has}, and it is who sends notices: ${handOver(env)}`,
  };
}
