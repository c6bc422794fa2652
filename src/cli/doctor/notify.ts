import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { readSettings } from '../../settings/read.ts';
import { isProgram } from '../../system/command/find-on-path.ts';
import { type Channel, shownUrl } from '../../system/notify/channel.ts';
import { livingWatchdog } from '../client/watchdog-settings.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const DEADLINE_MS = 5000;

/**
 * Checks whether the channels can be reached. Sends nothing: `dogwatch notify --test` does that.
 */
export async function checkNotify(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { notify, heartbeat } = readSettings(sendersOf(env)).settings;
  const channels = await Promise.all(notify.map(check));
  const pinged =
    heartbeat.target === null ? [] : [await reached('heartbeat', shownUrl(heartbeat.target), ...addressOf(heartbeat.target.url))];
  if (channels.length > 0) return [...channels, ...pinged];
  const none = warn('notices', 'nobody is notified when a run needs a person', 'set DOGWATCH_NOTIFY, then try it: dogwatch notify --test');
  return [none, ...pinged];
}

/**
 * The variables of the running watchdog, which sends the notices, or else this shell's. Another
 * check reports where they differ.
 */
function sendersOf(env: NodeJS.ProcessEnv): Readonly<Record<string, string | undefined>> {
  const watchdog = livingWatchdog(env);
  return watchdog.kind === 'lives' && watchdog.variables !== null ? watchdog.variables : env;
}

async function check(channel: Channel): Promise<Finding> {
  switch (channel.kind) {
    case 'exec':
      return isProgram(channel.path)
        ? ok('notices', channel.name)
        : fail('notices', `${channel.path} is not a program that this user can run`, 'make it executable, or correct DOGWATCH_NOTIFY');
    case 'smtp':
      return reached('notices', channel.name, channel.host, channel.port);
    default:
      return reached('notices', channel.name, ...addressOf(channel.target.url));
  }
}

function addressOf(url: string): [host: string, port: number] {
  const { protocol, hostname, port } = new URL(url);
  const usual = protocol === 'https:' ? 443 : 80;
  return [hostname.replace(/^\[(.*)\]$/, '$1'), port === '' ? usual : Number(port)];
}

/** Checks whether something listens at this address. */
async function reached(about: string, name: string, host: string, port: number): Promise<Finding> {
  const problem = await lookup(host).then(
    () => refusal(host, port),
    (error: Error) => error.message,
  );
  if (problem === null) return ok(about, `${name} can be reached`);
  return fail(about, `${name} cannot be reached (${problem})`, 'correct the address, or check the network');
}

const refusal = (host: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: DEADLINE_MS });
    const answer = (problem: string | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => answer(null));
    socket.once('timeout', () => answer(`no answer within ${DEADLINE_MS / 1000} s`));
    socket.once('error', (error) => answer(error.message || `nobody listens at ${host}:${port}`));
  });
