import type { Command } from 'commander';
import type { DoctorOptions } from './doctor.ts';
import type { InitOptions } from './init.ts';
import type { InviteOptions } from './invite.ts';

const DIR = ['--dir <directory>', 'where the keys of the fleet are kept (default: fleet/admin in the state directory)'] as const;

/** The commands with which hosts become a fleet, and cease to be one. */
export function registerMembership(fleet: Command): void {
  fleet
    .command('init')
    .argument('[urls...]', 'the NATS servers: nats://HOST or tls://HOST, one or three')
    .description('make a fleet: its keys, the accounts for its NATS servers, and once they run its buckets')
    .option('--name <name>', 'its name (default: fleet)')
    .option(...DIR)
    .option('--replicas <number>', 'on how many servers each row is kept (default: 3 in a cluster, else 1)')
    .addHelpText('after', INIT)
    .action(async (urls: readonly string[], options: InitOptions) => (await import('./init.ts')).init(urls, options));
  fleet
    .command('invite')
    .argument('<host>', 'its name in the fleet')
    .description('print the token with which a host joins, once')
    .option('--label <labels...>', 'labels of the host')
    .option('--allow <what>', 'dispatch: it accepts command lines from the fleet')
    .option('--again', 'new keys for a host that was invited before: its old ones are refused from the next reload on')
    .option(...DIR)
    .addHelpText('after', INVITE)
    .action(async (host: string, options: InviteOptions) => (await import('./invite.ts')).invite(host, options));
  fleet
    .command('join')
    .argument('[token]', '- or nothing: it is read from stdin')
    .description('make this host a member of a fleet, with a token of `dogwatch fleet invite`')
    .option('--file <file>', 'a file with the token')
    .addHelpText('after', JOIN)
    .action(async (token: string | undefined, options: { file?: string }) => (await import('./join.ts')).join(token, options));
  fleet
    .command('leave')
    .argument('[host]', 'where the fleet was made: the host that leaves')
    .description('leave the fleet, or take a host out of it, and say what remains')
    .option(...DIR)
    .addHelpText('after', LEAVE)
    .action(async (host: string | undefined, options: { dir?: string }) => (await import('./leave.ts')).leave(host, options));
  fleet
    .command('resync')
    .description('compare what the engine has of this host with what is true, and send again what differs')
    .addHelpText('after', RESYNC)
    .action(async () => (await import('./resync.ts')).resync());
  fleet
    .command('doctor')
    .description('check whether this host and the engine of its fleet keep what they promise')
    .option('--monitor <urls...>', 'monitoring ports of the servers (default: port 8222 of each)')
    .option(...DIR)
    .option('--json', 'print one JSON object')
    .addHelpText('after', DOCTOR)
    .action(async (options: DoctorOptions) => (await import('./doctor.ts')).doctor(options));
}

const INIT = `
Examples:
  dogwatch fleet init nats://engine1 --name build
  dogwatch fleet init nats://engine1,nats://engine2,nats://engine3

It says what comes next. Run it again whenever you like: what is there stays.

Exit status: 0 if the engine is ready, 75 if it is not yet.
`;

const INVITE = `
Examples:
  dogwatch fleet invite ci-3
  dogwatch fleet invite gpu-1 --label gpu | ssh gpu-1 dogwatch fleet join

Only the token is printed on stdout. It contains the keys of the host.
`;

const JOIN = `
Examples:
  dogwatch fleet join
  dogwatch fleet join --file token

Exit status: 0, 64 for what is no token, 69 if the engine does not let this host
in, 78 if this host is in a fleet already, or another one is alive by its name.
`;

const LEAVE = `
Examples:
  dogwatch fleet leave
  dogwatch fleet leave ci-3

The first is for the host itself; its runs stay. The second is for where the
fleet was made, and takes the key and the rows of that host out of the engine.

Exit status: 0, 66 if there is no such host, 75 if the engine cannot be reached.
`;

const RESYNC = `
Example:
  dogwatch fleet resync

The watchdog does so by itself if the engine was made anew. Nothing is removed
but rows of runs that this host does not have any more.

Exit status: 0, 75 if no watchdog follows in 15 s, 78 without DOGWATCH_FLEET.
`;

const DOCTOR = `
Examples:
  dogwatch fleet doctor
  dogwatch fleet doctor --monitor http://127.0.0.1:8222

The second is for a server of the engine: how it keeps what it acknowledges is
said only by its monitoring port, which should be on the loopback.

Exit status: 0 if no check fails, 69 if the engine cannot be reached, 78 for all
else that fails.
`;
