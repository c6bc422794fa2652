import { join } from 'node:path';
import { counted } from '../../../core/values/counted.ts';
import { type Prepared, prepareEngine } from '../../../fleet/admin/engine.ts';
import { ACCOUNTS, type Fleet, newFleet, writeFleet } from '../../../fleet/admin/fleet-file.ts';
import { LOOPBACK, serverFiles } from '../../../fleet/admin/server-file.ts';
import { hostNameProblem } from '../../../fleet/member/name.ts';
import { NO_USER, parseNatsUrls, URL_FORMS, withoutUsers } from '../../../settings/fleet/urls.ts';
import { quoted } from '../../../system/command/quoted.ts';
import { EXIT_CONFIGURATION, EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../../terminal/problem.ts';
import { type WhyNot, whyNot } from '../checks/why-not.ts';
import { adminDirectory, knownFleet } from './place.ts';

export interface InitOptions {
  readonly dir?: string;
  readonly name?: string;
  readonly replicas?: string;
}

const DEFAULT_NAME = 'fleet';
const MOST_REPLICAS = 5;

/** Makes a fleet, or what is still missing of one. */
export async function init(given: readonly string[], options: InitOptions): Promise<void> {
  const directory = adminDirectory(options.dir);
  const fleet = asked(knownFleet(directory), given, options);
  writeFleet(directory, fleet);
  const files = [ACCOUNTS, ...serverFiles(fleet.fleet, fleet.urls).map(({ name }) => `nats-${name}.conf`)];
  const lines = [
    `fleet ${fleet.fleet}, with ${counted(fleet.hosts.length, 'host')}: its keys are in ${join(directory, 'fleet.json')}`,
    '  whoever reads that file is the fleet: keep it where no agent runs as this user, and a copy in a safe place',
    `  for the servers, with public keys only: ${files.join(', ')}`,
  ];
  const engine = await prepareEngine(fleet).catch((error: unknown) => whyNot(error, fleet.urls, 'the administrator'));
  const isReady = 'replicas' in engine;
  process.stdout.write(
    [...lines, ...(isReady ? ready(engine, fleet) : waiting(engine, { directory, files, urls: fleet.urls, dir: options.dir })), ''].join(
      '\n',
    ),
  );
  if (!isReady) process.exitCode = EXIT_TEMPORARY;
}

/** The fleet that is wanted: what was there stays, unless something else is said. */
function asked(before: Fleet | null, given: readonly string[], { name, replicas }: InitOptions): Fleet {
  if (before === null) {
    if (given.length === 0)
      throw new Problem(EXIT_USAGE, 'no server is named', {
        expected: URL_FORMS,
        got: 'nothing',
        hint: 'dogwatch fleet init nats://HOST, or three of them',
      });
    return newFleet(validName(name ?? DEFAULT_NAME), urlsOf(given), replicasOf(replicas));
  }
  if (name !== undefined && name !== before.fleet)
    throw new Problem(EXIT_CONFIGURATION, 'a fleet keeps its name', {
      expected: before.fleet,
      got: name,
      hint: 'make another fleet with another --dir',
    });
  const urls = given.length === 0 ? before.urls : urlsOf(given);
  return { ...before, urls, replicas: replicas === undefined ? before.replicas : replicasOf(replicas) };
}

function urlsOf(given: readonly string[]): readonly string[] {
  const urls = parseNatsUrls(given.join(','));
  if (urls !== null) return urls;
  throw new Problem(EXIT_USAGE, 'an URL cannot be used', {
    expected: URL_FORMS,
    got: JSON.stringify(withoutUsers(given.join(' '))),
    hint: NO_USER,
  });
}

function validName(name: string): string {
  const problem = hostNameProblem(name);
  if (problem === null) return name;
  throw new Problem(EXIT_USAGE, 'this cannot be the name of a fleet', { expected: problem, got: JSON.stringify(name) });
}

function replicasOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const replicas = Number(text);
  if (Number.isInteger(replicas) && replicas >= 1 && replicas <= MOST_REPLICAS) return replicas;
  throw new Problem(EXIT_USAGE, '--replicas cannot be used', {
    expected: `1, 3 or 5: at most as many as there are servers`,
    got: JSON.stringify(text),
  });
}

function ready({ replicas, buckets, commands, hosts }: Prepared, fleet: Fleet): readonly string[] {
  const made = [...buckets.map((bucket) => `dw_${bucket}`), ...(commands ? ['DW_CMD'] : []), ...hosts.map((host) => `commands of ${host}`)];
  return [
    `engine: ready at ${fleet.urls.join(', ')}, each row on ${counted(replicas, 'server')}`,
    `  ${made.length === 0 ? 'nothing was missing' : `made: ${made.join(', ')}`}`,
    'next:',
    '  dogwatch fleet doctor            says whether the servers keep what they acknowledge',
    `  dogwatch fleet invite HOST       once for each host${fleet.hosts.length === 0 ? '' : ` that is to come (now: ${fleet.hosts.map(({ name }) => name).join(', ')})`}`,
  ];
}

interface Written {
  readonly directory: string;
  readonly files: readonly string[];
  readonly urls: readonly string[];
  readonly dir: string | undefined;
}

function waiting({ got, hint }: WhyNot, { directory, files, urls, dir }: Written): readonly string[] {
  const here = quoted(directory);
  const [, ...servers] = files;
  const steps = servers.flatMap((file, index) => {
    const { hostname } = new URL(urls[index] ?? '');
    return LOOPBACK.includes(hostname)
      ? [`  nats-server -c ${quoted(join(directory, file))}`]
      : [`  scp ${here}/${ACCOUNTS} ${here}/${file} root@${hostname}:/etc/nats/    then there: nats-server -c /etc/nats/${file}`];
  });
  return [
    `engine: not ready: ${got}`,
    `  ${hint}`,
    'next, on each server, with nats-server 2.10.27 or newer:',
    ...steps,
    '  (or `include "accounts.conf"` in the configuration that it has, with sync_interval: always under jetstream)',
    'then again:',
    `  dogwatch fleet init${dir === undefined ? '' : ` --dir ${quoted(dir)}`}`,
  ];
}
