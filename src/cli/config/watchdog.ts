import { readSettings, type SettingsRead } from '../../settings/read.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { handOver, livingWatchdog, type OtherSetting, otherSettings } from '../client/watchdog-settings.ts';
import { table } from '../terminal/table.ts';
import { withoutSecrets } from '../terminal/without-secrets.ts';

/** The running watchdog's own settings, as `dogwatch config --json` prints them. */
export interface DescribedWatchdog {
  readonly pid: number | null;
  readonly since: string | null;
  /** The settings that differ from this shell's, or null if they are not known. */
  readonly differs: readonly Omit<OtherSetting, 'key'>[] | null;
  /** Why the differences are not known, or null if they are. */
  readonly unknown: string | null;
}

/** Describes the running watchdog, or returns null if there is none. */
export function describeWatchdog(env: NodeJS.ProcessEnv, ours: SettingsRead): DescribedWatchdog | null {
  const watchdog = livingWatchdog(env);
  switch (watchdog.kind) {
    case 'none':
      return null;
    case 'unknown':
      return { pid: null, since: null, differs: null, unknown: `cannot tell whether a watchdog is running: ${watchdog.because}` };
    case 'lives': {
      const { pid, since, variables } = watchdog;
      if (variables === null) return { pid, since, differs: null, unknown: 'its settings cannot be read: it belongs to another user' };
      const hidden = withoutSecrets(env, variables);
      const differs = otherSettings(ours, readSettings(variables)).map(({ name, here, watchdog: there }) => ({
        name,
        here: hidden(here),
        watchdog: hidden(there),
      }));
      return { pid, since, differs, unknown: null };
    }
  }
}

export function renderWatchdog(described: DescribedWatchdog | null, env: NodeJS.ProcessEnv): string {
  if (described === null) return 'No watchdog is running. The next one takes its settings from the shell or service that starts it.\n';
  const { pid, since, differs, unknown } = described;
  const who = `The watchdog (process ${pid}, since ${withLocalTimes(since ?? '')})`;
  if (unknown !== null) return `${sanitizeForTerminal(pid === null ? unknown : `${who}: ${unknown}`)}\n`;
  if (differs === null || differs.length === 0) return `${who} has the same machine settings as this shell.\n`;
  const rows = differs.map(({ name, here, watchdog }) => [
    name,
    ...[here, watchdog].map((value) => sanitizeForTerminal(value).replace(/\s+/g, ' ')),
  ]);
  const head = `${who} uses its own machine settings, which differ:\n`;
  return `${head}${table([['NAME', 'THIS SHELL', 'THE WATCHDOG'], ...rows], undefined).join('\n')}\n→ ${handOver(env)}\n`;
}
