import type { Command } from 'commander';
import { jsonText } from './json-text.ts';
import { endsWithItsOutput } from './output.ts';

/** `dogwatch config`: what every setting is, and where that came from. */
export function register(program: Command): void {
  program
    .command('config')
    .description('print every setting with its value, where it came from and what it means')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(async ({ json = false }: { json?: boolean }) => {
      endsWithItsOutput();
      const { readSettings } = await import('../settings/read-settings.ts');
      const { describeConfig, renderConfig } = await import('./describe-config.ts');
      const { SettingsError } = await import('./load-settings.ts');
      const read = readSettings(process.env);
      const config = describeConfig(read);
      process.stdout.write(json ? `${jsonText(config, 2)}\n` : renderConfig(config));
      if (read.problems.length > 0) throw new SettingsError(read.problems);
    });
}

const EXAMPLE = `
Settings are environment variables. For example:
  DOGWATCH_IDLE=30m DOGWATCH_MAX_RESUMES=50 dogwatch config
For a service: systemctl edit UNIT, then Environment=DOGWATCH_IDLE=30m under [Service].`;
