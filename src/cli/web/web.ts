import type { Command } from 'commander';
import type { WebOptions } from './where.ts';

/** `dogwatch web`: shows the state on a page in the browser. */
export function register(program: Command): void {
  program
    .command('web')
    .description('serve a page with all runs, live, on this machine only; it may only look unless --act lets it act')
    .option('--listen <address>', 'a port of this machine ("127.0.0.1:8080", "[::1]:8080") or the path of a Unix socket')
    .option('--behind-proxy <origin...>', 'further addresses under which the browser knows the page: "https://dogwatch.example"')
    .option('--address-file <path>', 'write the address with its token to this file (0600) instead of stdout')
    .option('--act', 'let the page pause, resume, stop and acknowledge runs')
    .option('--utc', 'show times in UTC, not in local time')
    .addHelpText('after', HELP)
    .action(async (options: WebOptions) => {
      const { serve } = await import('./serve.ts');
      await serve(options);
    });
}

const HELP = `
Examples:
  dogwatch web
  dogwatch web --listen 127.0.0.1:8080 --act
  dogwatch web --listen /run/user/1000/dogwatch/web.sock

It prints an address with a token, which is new at each start: whoever has it
sees the runs. Open it in a browser. From another machine, forward the port or
the socket:  ssh -L 8080:127.0.0.1:8080 HOST  and open http://localhost:8080/
with the same token. Without --listen it takes any free port, or under systemd
the socket web.sock in $RUNTIME_DIRECTORY. Ctrl-C ends it. It runs without a
watchdog as well, and never starts one unless it acts.
`;
