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

/** `dogwatch notify --test`: would a person hear of it? With `--failed-unit` a person does: systemd says so. */
export function register(program: Command): void {
  program
    .command('notify')
    .description('send a notice through every channel of DOGWATCH_NOTIFY, and say what came back')
    .option('--test', 'a test')
    .option('--failed-unit <unit>', 'that this unit of systemd has failed; dogwatch-alert@.service calls it')
    .option('--json', 'as one JSON object')
    .addHelpText('after', EXAMPLE)
    .action(notify);
}

const EXAMPLE = `
Examples:
  dogwatch notify --test
  DOGWATCH_NOTIFY="ntfy://ntfy.sh/a-topic-that-nobody-guesses" dogwatch notify --test

What is tested: DOGWATCH_NOTIFY of this shell; where it is not set, that of the watchdog that is at work. Where the watchdog has other
channels than those tested, it is said so, and how it gets these.

Exit status 0: every channel took it; ${EXIT_UNAVAILABLE}: one did not. Of a service of another user:
  systemd-run --pipe --property=EnvironmentFile=/etc/dogwatch/dogwatch.env dogwatch notify --test
`;

/** What became of the test on one channel. */
interface Tested {
  readonly channel: string;
  readonly accepted: boolean;
  /** Null: nothing went wrong. */
  readonly problem: string | null;
}

async function notify({ test = false, failedUnit, json = false }: NotifyOptions): Promise<void> {
  if (test === (failedUnit !== undefined))
    throw new Problem(EXIT_USAGE, 'what shall be sent?', { expected: 'either --test or --failed-unit UNIT' });
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
    return tell(`${failedUnit} has failed, and DOGWATCH_NOTIFY has nobody to be told`);
  const { of, channels, watchdog, remark } =
    failedUnit === undefined ? channelsToTest(process.env) : { of: 'shell', channels: settings.notify, watchdog: null, remark: null };
  if (channels.length === 0)
    throw new Problem(EXIT_CONFIGURATION, 'no channel is set', {
      expected: 'DOGWATCH_NOTIFY with one channel or several',
      got: `none: a run that needs a person says so in the log of the watchdog and in \`dogwatch status\` only${remark === null ? '' : `; ${remark}`}`,
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
