import { readSettings } from '../../settings/read.ts';
import type { Channel } from '../../system/notify/channel.ts';
import { handOver, livingWatchdog } from './watchdog-settings.ts';

export interface ToTest {
  /** Whose settings `channels` are from. */
  readonly of: 'shell' | 'watchdog';
  readonly channels: readonly Channel[];
  /**
   * The running watchdog and its channels, or null if there is none or that cannot be determined.
   */
  readonly watchdog: { readonly pid: number; readonly channels: readonly string[] | null; readonly differs: boolean | null } | null;
  /**
   * What a person should know about where the channels come from, or null if there is nothing to
   * say.
   */
  readonly remark: string | null;
}

/**
 * Returns the channels of this shell, or if it has none, those of the running watchdog, which sends
 * the notices.
 */
export function channelsToTest(env: NodeJS.ProcessEnv): ToTest {
  const read = readSettings(env);
  const here = { of: 'shell', channels: read.settings.notify, watchdog: null, remark: null } as const;
  const watchdog = livingWatchdog(env);
  if (watchdog.kind === 'none') return here;
  if (watchdog.kind === 'unknown')
    return { ...here, remark: `testing the channels of this shell: cannot tell whether a watchdog is running (${watchdog.because})` };
  const { pid, variables } = watchdog;
  const unread = { pid, channels: null, differs: null };
  if (variables === null)
    return {
      ...here,
      watchdog: unread,
      remark: `testing the channels of this shell: those of the watchdog (process ${pid}) cannot be read`,
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
      remark: `this shell has no DOGWATCH_NOTIFY: testing the channels of the running watchdog (process ${pid})`,
    };
  const has = names.length === 0 ? 'no channel' : `other channels (${names.join(' ')})`;
  return {
    ...here,
    watchdog: known,
    remark: `testing the channels of this shell, but the running watchdog (process ${pid}) has ${has}, and it sends the notices: ${handOver(env)}`,
  };
}
