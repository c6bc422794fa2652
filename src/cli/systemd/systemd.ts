import type { Command } from 'commander';
import type { UnitWishes } from './options.ts';

/** `dogwatch systemd`: runs dogwatch as a service. */
export function register(program: Command): void {
  const systemd = program
    .command('systemd')
    .description('run dogwatch as a service: the watchdog, the hourly gate, runs at set times, and alerts')
    .addHelpText('after', EXAMPLES)
    // Its subcommands inherit this.
    .exitOverride()
    .helpCommand(false);
  withUnitOptions(systemd.command('print').description('print the units'))
    .option('--json', 'print JSON with section, key and values')
    .addHelpText('after', '\nExample:\n  dogwatch systemd print --user | less\n')
    .action(async (wishes: UnitWishes, command: Command) => {
      const { printUnits } = await import('./print.ts');
      printUnits(wishes, command.opts<{ json?: boolean }>().json === true);
    });
  withUnitOptions(systemd.command('install').description('write the units, and start the watchdog and the gate now and at every boot'))
    .addHelpText('after', '\nExamples:\n  sudo dogwatch systemd install --as builder\n  dogwatch systemd install --user\n')
    .action(async (wishes: UnitWishes) => {
      const { installUnits } = await import('./install.ts');
      installUnits(wishes);
    });
  systemd
    .command('uninstall')
    .description('stop and remove the units; the state, your drop-ins and settings are kept, and agents keep running')
    .option('--user', "remove them from your own manager, instead of the system's")
    .addHelpText('after', '\nExample:\n  sudo dogwatch systemd uninstall\n')
    .action(async (wishes: { user?: boolean }) => {
      const { uninstallUnits } = await import('./install.ts');
      uninstallUnits(wishes.user === true ? 'user' : 'system');
    });
}

const withUnitOptions = (command: Command): Command =>
  command
    .option('--user', "use your own manager, instead of the system's")
    .option('--as <user>', 'the user whose runs the system service manages (default: the user who called sudo)')
    .option('--program <path>', 'the program that starts dogwatch (default: this one)')
    .option('--no-sandbox', 'let agents gain privileges, for example with sudo');

const EXAMPLES = `
Examples:
  sudo dogwatch systemd install --as builder
                          for the user builder, with its state in /var/lib/dogwatch
  dogwatch systemd install --user
                          your own; \`loginctl enable-linger\` keeps it running after
                          you log out
  dogwatch systemd print --user | less

Settings: put DOGWATCH_… lines into /etc/dogwatch/dogwatch.env (with --user:
~/.config/dogwatch/dogwatch.env), or use \`systemctl edit dogwatch\`; then
\`systemctl restart dogwatch\`, which leaves the agents alone.

A run at set times: write RUN_DIRECTORY=, RUN_COMMAND= and optionally RUN_OPTIONS=
into /etc/dogwatch/runs/NAME.env, set the times with
\`systemctl edit dogwatch-run@NAME.timer\`, then start the timer with
\`systemctl enable --now dogwatch-run@NAME.timer\`.
`;
