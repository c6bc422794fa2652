import type { Command } from 'commander';
import { jsonText } from '../terminal/json.ts';
import { endsWithItsOutput } from '../terminal/output.ts';

/** `dogwatch config`: every setting, its value and where that came from, or those of a run. */
export function register(program: Command): void {
  program
    .command('config')
    .description('print every setting with its value, source and meaning, and where the running watchdog differs')
    .argument('[run]', 'name of a run: print what was frozen with it, and what was changed since')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string | undefined, { json = false }: { json?: boolean }) => {
      endsWithItsOutput();
      if (run !== undefined) return printRun(run, json);
      const [
        { readSettings },
        { describeConfig, renderConfig },
        { describeWatchdog, renderWatchdog },
        { SettingsError },
        { withoutSecrets },
      ] = await Promise.all([
        import('../../settings/read.ts'),
        import('./describe.ts'),
        import('./watchdog.ts'),
        import('../client/load-settings.ts'),
        import('../terminal/without-secrets.ts'),
      ]);
      const read = readSettings(process.env);
      const config = describeConfig(read, withoutSecrets(process.env));
      const watchdog = describeWatchdog(process.env, read);
      process.stdout.write(
        json ? `${jsonText({ ...config, watchdog }, 2)}\n` : `${renderConfig(config)}\n${renderWatchdog(watchdog, process.env)}`,
      );
      if (read.problems.length > 0) throw new SettingsError(read.problems);
    });
}

async function printRun(name: string, json: boolean): Promise<void> {
  const [{ describeRun, renderRun }, { openLayout }, { withReader }, { findRun }, { keptEnvironment }, { withoutSecrets }] =
    await Promise.all([
      import('./run.ts'),
      import('../client/state-layout.ts'),
      import('../../store/with-reader.ts'),
      import('../client/find-run.ts'),
      import('../../store/environment.ts'),
      import('../terminal/without-secrets.ts'),
    ]);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const described = describeRun(run, withoutSecrets(process.env, keptEnvironment(layout, run.spec.environmentFile) ?? {}));
  process.stdout.write(json ? `${jsonText(described, 2)}\n` : renderRun(described));
}

const EXAMPLE = `
Example:
  DOGWATCH_IDLE=30m DOGWATCH_MAX_RESUMES=50 dogwatch config

Settings are environment variables: \`dogwatch help settings\` lists them.
For a service: systemctl edit UNIT, then Environment=DOGWATCH_IDLE=30m under
[Service].

These are the settings of this shell. For settings of the machine (scope "host"
in --json), the watchdog uses its own values; they are listed below where they
differ. The settings of a run are frozen when it is registered:
  dogwatch config upgrade
prints them, and \`dogwatch set\` changes them.`;
