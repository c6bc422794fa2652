import type { Command } from 'commander';
import type { Delivered } from '../core/notice-schedule.ts';
import type { Channel } from '../system/notify/channel.ts';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE, Problem } from './problem.ts';

/** `dogwatch notify --test`: would a person hear of it? */
export function register(program: Command): void {
  program
    .command('notify')
    .description('send a test notice through every channel of DOGWATCH_NOTIFY, and say what came back')
    .requiredOption('--test', 'send one')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(({ json = false }: { json?: boolean }) => notify(json));
}

const EXAMPLE = `
Example:
  DOGWATCH_NOTIFY="ntfy://ntfy.sh/a-topic-that-nobody-guesses" dogwatch notify --test

Exit status 0: every channel took it; ${EXIT_UNAVAILABLE}: one did not. It is the environment of this command that is tested; of a service:
  systemd-run --pipe --property=EnvironmentFile=/etc/dogwatch.env dogwatch notify --test
`;

/** What became of the test on one channel. */
interface Tested {
  readonly channel: string;
  readonly accepted: boolean;
  /** Null: nothing went wrong. */
  readonly problem: string | null;
}

async function notify(json: boolean): Promise<void> {
  const [{ hostname }, { testMessage }, { send }, { loadSettings }, { tell }] = await Promise.all([
    import('node:os'),
    import('../core/notice-message.ts'),
    import('../system/notify/send.ts'),
    import('./load-settings.ts'),
    import('./tell.ts'),
  ]);
  const channels = loadSettings(process.env, tell).notify;
  if (channels.length === 0)
    throw new Problem(EXIT_CONFIGURATION, 'no channel is set', {
      expected: 'DOGWATCH_NOTIFY with one channel or several',
      came: 'none: a run that needs a person says so in the log of the watchdog and in `dogwatch status` only',
      hint: 'for example DOGWATCH_NOTIFY="ntfy://ntfy.sh/a-topic-that-nobody-guesses"',
    });
  const message = testMessage(hostname(), Date.now());
  const tested = await Promise.all(channels.map(async (channel) => outcome(channel, await send(channel, message))));
  process.stdout.write(json ? `${JSON.stringify({ id: message.noticeId, channels: tested }, null, 2)}\n` : tested.map(line).join(''));
  if (tested.some(({ accepted }) => !accepted)) process.exitCode = EXIT_UNAVAILABLE;
}

const outcome = ({ name }: Channel, delivered: Delivered): Tested => ({
  channel: name,
  accepted: delivered.kind === 'accepted',
  problem: delivered.kind === 'accepted' ? null : delivered.because,
});

const line = ({ channel, problem }: Tested): string =>
  `${problem === null ? 'ok  ' : 'fail'}  ${channel}${problem === null ? '' : `: ${problem}`}\n`;
