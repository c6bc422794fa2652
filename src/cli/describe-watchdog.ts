import { readSettings, type SettingsRead } from '../settings/read.ts';
import { sanitizeForTerminal } from '../system/text/sanitize.ts';
import { handOver, livingWatchdog, type OtherSetting, otherSettings } from './client/watchdog-settings.ts';
import { table } from './terminal/table.ts';
import { withoutSecrets } from './terminal/without-secrets.ts';

/** The living watchdog's own settings, as `dogwatch config --json` prints them. */
export interface DescribedWatchdog {
  readonly pid: number | null;
  readonly since: string | null;
  /** What it has otherwise than this shell; null: not known. */
  readonly differs: readonly Omit<OtherSetting, 'key'>[] | null;
  /** Why that is not known; null: it is. */
  readonly unknown: string | null;
}

/** Null: no watchdog is at work. */
export function describeWatchdog(env: NodeJS.ProcessEnv, ours: SettingsRead): DescribedWatchdog | null {
  const watchdog = livingWatchdog(env);
  switch (watchdog.kind) {
    case 'none':
      return null;
    case 'unknown':
      return { pid: null, since: null, differs: null, unknown: `whether a watchdog is at work can't be seen: ${watchdog.because}` };
    case 'lives': {
      const { pid, since, variables } = watchdog;
      if (variables === null) return { pid, since, differs: null, unknown: "its settings can't be read: it belongs to another user" };
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

/** The same for a person. */
export function renderWatchdog(described: DescribedWatchdog | null, env: NodeJS.ProcessEnv): string {
  if (described === null) return 'No watchdog is at work: the next one has what the shell has that starts it, or its service.\n';
  const { pid, since, differs, unknown } = described;
  const who = `The watchdog (process ${pid}, since ${since})`;
  if (unknown !== null) return `${sanitizeForTerminal(pid === null ? unknown : `${who}: ${unknown}`)}\n`;
  if (differs === null || differs.length === 0) return `${who} has the same settings of the machine.\n`;
  const rows = differs.map(({ name, here, watchdog }) => [
    name,
    ...[here, watchdog].map((value) => sanitizeForTerminal(value).replace(/\s+/g, ' ')),
  ]);
  const head = `${who} decides with its own settings of the machine, which differ:\n`;
  return `${head}${table([['NAME', 'THIS SHELL', 'THE WATCHDOG'], ...rows], undefined).join('\n')}\n→ ${handOver(env)}\n`;
}
