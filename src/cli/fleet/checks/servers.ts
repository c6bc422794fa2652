import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Finding, fail, ok, warn } from '../../doctor/finding.ts';
import { foreignMountOf } from './filesystem.ts';
import { monitored } from './monitoring.ts';
import { checkVersion } from './version.ts';

const MONITORING_PORT = 8222;

/** Where the servers of these URLs are monitored if nothing else is said. */
export const monitoringOf = (urls: readonly string[]): readonly string[] => [
  ...new Set(urls.map((url) => `http://${new URL(url).hostname}:${MONITORING_PORT}`)),
];

/** How each server keeps what it acknowledges. `stateDir` is not to be on the same filesystem. */
export const checkServers = async (urls: readonly string[], stateDir: string): Promise<readonly Finding[]> =>
  (await Promise.all(urls.map((url) => checkServer(url, stateDir)))).flat();

async function checkServer(url: string, stateDir: string): Promise<readonly Finding[]> {
  const facts = await monitored(url);
  if ('because' in facts)
    return [
      warn(
        'sync_interval',
        `not known: nothing answers at ${url} (${facts.because})`,
        'run `dogwatch fleet doctor --monitor http://127.0.0.1:8222` on each server of the engine: only its monitoring port says it (http: in its configuration)',
      ),
    ];
  const { version, syncAlways, storeDir } = facts;
  if (storeDir === null)
    return [
      checkVersion(version, url),
      fail(
        'JetStream',
        `is off at ${url}`,
        'set jetstream in its configuration; if it is set, its disk was full: free space, and restart the server',
      ),
    ];
  return [
    checkVersion(version, url),
    syncAlways === true
      ? ok('sync_interval', `always at ${url}`)
      : fail(
          'sync_interval',
          `not always at ${url}: after a power cut it has lost what it acknowledged, and two hosts may hold the same lease`,
          'set sync_interval: always under jetstream in its configuration, and restart the server',
        ),
    ...(isHere(url) ? checkStore(storeDir, stateDir) : []),
  ];
}

/** Whether an URL is of this machine, so that what it says of its disk can be looked at. */
function isHere(url: string): boolean {
  const { hostname } = new URL(url);
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
  return hostname === 'localhost' || own.includes(hostname.replaceAll(/[[\]]/g, ''));
}

export function checkStore(storeDir: string, stateDir: string): readonly Finding[] {
  const stats = statSync(storeDir, { throwIfNoEntry: false });
  if (stats === undefined)
    return [warn('store directory', `${storeDir} is not to be seen by this user`, 'run doctor as a user who may look there')];
  const foreign = foreignMountOf(storeDir);
  if (foreign !== null)
    return [
      fail(
        'store directory',
        `${storeDir} is on a filesystem of another machine (${foreign})`,
        'move store_dir to a disk of this machine: NFS and its like lose what was acknowledged',
      ),
    ];
  const others = ['/', stateDir, '/tmp', '/home'].filter((path) => statSync(path, { throwIfNoEntry: false })?.dev === stats.dev);
  if (others.length === 0) return [ok('store directory', `${storeDir}, on a filesystem of its own`)];
  return [
    warn(
      'store directory',
      `${storeDir} shares its filesystem with ${others.join(' and ')}: an agent that fills it ends JetStream until a restart`,
      'move store_dir to a filesystem of its own, and set max_file_store below its size',
    ),
  ];
}
