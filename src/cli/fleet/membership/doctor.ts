import type { Credentials } from '../../../fleet/member/credentials.ts';
import { readCredentials } from '../../../fleet/member/credentials.ts';
import { MemberError } from '../../../fleet/member/error.ts';
import type { Access } from '../../../fleet/nats/access.ts';
import { loadSettings } from '../../client/load-settings.ts';
import { openLayout } from '../../client/state-layout.ts';
import { renderFindings } from '../../doctor/doctor.ts';
import { type Finding, fail, ok } from '../../doctor/finding.ts';
import { jsonText } from '../../terminal/json.ts';
import { endsWithItsOutput } from '../../terminal/output.ts';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';
import { checkEngine, UNREACHABLE } from '../checks/engine.ts';
import { checkLeaseTimes, checkMachine, checkSetting, checkStateDirectory } from '../checks/host.ts';
import { checkServers, monitoringOf } from '../checks/servers.ts';
import { adminDirectory, knownFleet } from './place.ts';

export interface DoctorOptions {
  readonly dir?: string;
  readonly monitor?: readonly string[];
  readonly json?: boolean;
}

/** Says whether this host and its engine can be trusted with a fleet. */
export async function doctor({ dir, monitor, json = false }: DoctorOptions): Promise<void> {
  endsWithItsOutput();
  const findings = await allFindings(dir, monitor?.map(validUrl));
  process.stdout.write(json ? `${jsonText({ findings }, 2)}\n` : renderFindings(findings));
  const failed = findings.filter(({ result }) => result === 'fail');
  if (failed.length > 0) process.exitCode = failed.every(({ about }) => about === UNREACHABLE) ? EXIT_UNAVAILABLE : EXIT_CONFIGURATION;
}

async function allFindings(dir: string | undefined, monitor: readonly string[] | undefined): Promise<readonly Finding[]> {
  const { stateDir } = openLayout();
  const { fleetCredentials: path, fleetUrls } = loadSettings(process.env, tell);
  const credentials = dir === undefined ? credentialsIn(path) : null;
  if (credentials !== null && 'about' in credentials) return [credentials];
  const who = credentials === null ? administrator(dir) : member(credentials, path, fleetUrls);
  if ('about' in who) return [who];
  return [
    ...who.findings,
    checkStateDirectory(stateDir),
    checkLeaseTimes(),
    ...(await checkEngine(who.access)),
    ...(await checkServers(monitor ?? monitoringOf(who.access.urls), stateDir)),
  ];
}

function credentialsIn(path: string): Credentials | Finding | null {
  try {
    return readCredentials(path);
  } catch (error) {
    if (!(error instanceof MemberError)) throw error;
    const { expected, got, remedy } = error.why;
    return fail('credentials', `expected ${expected}, got ${got}`, remedy);
  }
}

interface Asking {
  readonly access: Access;
  readonly findings: readonly Finding[];
}

function member(credentials: Credentials, path: string, fleetUrls: readonly string[]): Asking {
  const { host, fleet, urls, natsSeed } = credentials;
  return {
    access: { host, urls: fleetUrls.length > 0 ? fleetUrls : urls, natsSeed },
    findings: [
      ok('credentials', `${host} of the fleet ${fleet}, in ${path}, for this user only`),
      checkMachine(credentials),
      checkSetting(fleetUrls),
    ],
  };
}

/** Where a fleet is made there may be no host of it. */
function administrator(dir: string | undefined): Asking | Finding {
  const directory = adminDirectory(dir);
  const fleet = knownFleet(directory);
  if (fleet === null)
    return fail(
      'credentials',
      'this host is in no fleet, and makes none',
      'join one: dogwatch fleet join; or make one: dogwatch fleet init nats://HOST',
    );
  return {
    access: { host: 'admin', urls: fleet.urls, natsSeed: fleet.admin.hosts.seed },
    findings: [ok('credentials', `administrator of the fleet ${fleet.fleet}, in ${directory}, for this user only`)],
  };
}

function validUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Problem(EXIT_USAGE, '--monitor cannot be used', {
    expected: 'the URL of the monitoring port of a server',
    got: JSON.stringify(text),
    hint: 'such as http://127.0.0.1:8222, which is `http:` in its configuration',
  });
}
