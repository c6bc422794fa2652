import type { Command } from 'commander';
import type { UnitWishes } from './options.ts';

/** `dogwatch systemd`: dogwatch as a service. */
export function register(program: Command): void {
  const systemd = program
    .command('systemd')
    .description('dogwatch as a service: the watchdog, the hourly gate, runs at set times, and alerts')
    .addHelpText('after', EXAMPLES)
    // Its own commands have it from here.
    .exitOverride();
  withUnitOptions(systemd.command('print').description('print the units'))
    .option('--json', 'as JSON: section, key, values')
    .action(async (wishes: UnitWishes, command: Command) => {
      const { printUnits } = await import('./print.ts');
      printUnits(wishes, command.opts<{ json?: boolean }>().json === true);
    });
  withUnitOptions(systemd.command('install').description('write the units, start the watchdog and the gate, now and at every boot')).action(
    async (wishes: UnitWishes) => {
      const { installUnits } = await import('./install.ts');
      installUnits(wishes);
    },
  );
  systemd
    .command('uninstall')
    .description('stop and remove them; the state, your drop-ins and settings stay, and agents that are at work live on')
    .option('--user', "from your own manager, instead of the system's")
    .action(async (wishes: { user?: boolean }) => {
      const { uninstallUnits } = await import('./install.ts');
      uninstallUnits(wishes.user === true ? 'user' : 'system');
    });
}

const withUnitOptions = (command: Command): Command =>
  command
    .option('--user', "for your own manager, instead of the system's")
    .option('--as <user>', 'whose runs they are, for the system (default: who called sudo)')
    .option('--program <path>', 'what starts dogwatch (default: this program)')
    .option('--no-sandbox', 'without what keeps agents from getting more rights, such as by sudo');

const EXAMPLES = `
Examples:
  sudo dogwatch systemd install --as builder      the watchdog of the user builder, with its state in /var/lib/dogwatch
  dogwatch systemd install --user                 your own; it outlives your login after \`loginctl enable-linger\`
  dogwatch systemd print --user | less

Settings: DOGWATCH_… lines in /etc/dogwatch/dogwatch.env (--user: ~/.config/dogwatch/dogwatch.env), or \`systemctl edit dogwatch\`; then
\`systemctl restart dogwatch\`, which leaves the agents alone.

A run at set times: /etc/dogwatch/runs/NAME.env with RUN_DIRECTORY=, RUN_COMMAND= and maybe RUN_OPTIONS=, then
\`systemctl enable --now dogwatch-run@NAME.timer\`; when, says \`systemctl edit dogwatch-run@NAME.timer\`.
`;
