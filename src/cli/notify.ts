import type { Command } from 'commander';
import type { Message } from '../core/notices/message.ts';
import type { Delivered } from '../core/notices/schedule.ts';
import type { Channel } from '../system/notify/channel.ts';
import { jsonText } from './terminal/json.ts';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from './terminal/problem.ts';

interface NotifyOptions {
  readonly test?: boolean;
  readonly failedUnit?: string;
  readonly json?: boolean;
}

/**
 * `dogwatch notify`: with `--test`, checks that notices reach a person; with `--failed-unit`, which
 * systemd calls, notifies a person of a failed unit.
 */
export function register(program: Command): void {
  program
    .command('notify')
    .description('send a notice through every channel of DOGWATCH_NOTIFY, and print the result of each')
    .option('--test', 'send a test notice')
    .option('--failed-unit <unit>', 'report that this systemd unit has failed; called by dogwatch-alert@.service')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(notify);
}

const EXAMPLE = `
Examples:
  dogwatch notify --test
  DOGWATCH_NOTIFY="ntfy://ntfy.sh/a-topic-that-nobody-guesses" dogwatch notify --test

Tests DOGWATCH_NOTIFY of this shell, or that of the running watchdog if this
shell does not set it. If the watchdog has other channels than those tested,
this says so, and how to hand them over.

Exit status: 0 if every channel accepted the notice, ${EXIT_UNAVAILABLE} if not. To test the
channels of a service that runs as another user:
  systemd-run --pipe --property=EnvironmentFile=/etc/dogwatch/dogwatch.env dogwatch notify --test
`;

/** The result of sending to one channel. */
interface Tested {
  readonly channel: string;
  readonly accepted: boolean;
  /** What went wrong, or null if nothing did. */
  readonly problem: string | null;
}

async function notify({ test = false, failedUnit, json = false }: NotifyOptions): Promise<void> {
  if (test === (failedUnit !== undefined))
    throw new Problem(EXIT_USAGE, 'nothing to send', { expected: 'either --test or --failed-unit UNIT' });
  const [{ hostname }, { testMessage }, { send }, { loadSettings }, { tell }, { channelsToTest }] = await Promise.all([
    import('node:os'),
    import('../core/notices/message.ts'),
    import('../system/notify/send.ts'),
    import('./client/load-settings.ts'),
    import('./terminal/tell.ts'),
    import('./client/channels-to-test.ts'),
  ]);
  const settings = loadSettings(process.env, tell);
  if (failedUnit !== undefined && settings.notify.length === 0)
    return tell(`${failedUnit} has failed, but nobody is notified: DOGWATCH_NOTIFY has no channel`);
  const { of, channels, watchdog, remark } =
    failedUnit === undefined ? channelsToTest(process.env) : { of: 'shell', channels: settings.notify, watchdog: null, remark: null };
  if (channels.length === 0)
    throw new Problem(EXIT_CONFIGURATION, 'no notice channel is set', {
      expected: 'DOGWATCH_NOTIFY with one or more channels',
      got: `none: that a run needs a person shows only in the watchdog's log and in \`dogwatch status\`${remark === null ? '' : `; ${remark}`}`,
      hint: 'for example DOGWATCH_NOTIFY="ntfy://ntfy.sh/a-topic-that-nobody-guesses"',
    });
  if (remark !== null) tell(remark);
  const message = failedUnit === undefined ? testMessage(hostname(), Date.now()) : await failureOf(failedUnit, hostname());
  const tested = await Promise.all(channels.map(async (channel) => outcome(channel, await send(channel, message))));
  const report = { id: message.noticeId, settingsOf: of, watchdog, channels: tested };
  process.stdout.write(json ? `${jsonText(report, 2)}\n` : tested.map(line).join(''));
  if (tested.some(({ accepted }) => !accepted)) process.exitCode = EXIT_UNAVAILABLE;
}

async function failureOf(unit: string, host: string): Promise<Message> {
  const [{ failedUnitMessage }, { failedUnit }] = await Promise.all([import('../core/notices/message.ts'), import('../units/failed.ts')]);
  return failedUnitMessage(failedUnit(unit, process.env), host, Date.now());
}

const outcome = ({ name }: Channel, delivered: Delivered): Tested => ({
  channel: name,
  accepted: delivered.kind === 'accepted',
  problem: delivered.kind === 'accepted' ? null : delivered.because,
});

const line = ({ channel, problem }: Tested): string =>
  `${problem === null ? 'ok  ' : 'fail'}  ${channel}${problem === null ? '' : `: ${problem}`}\n`;
