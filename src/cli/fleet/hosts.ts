import { existsSync } from 'node:fs';
import { readSettings } from '../../settings/read.ts';
import type { Settings } from '../../settings/settings.ts';
import { HOST_FORMS, parseSshHost, type SshHost } from '../../system/ssh/hosts.ts';
import { SettingsError } from '../client/load-settings.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** The hosts of `--ssh`, or else of the setting. Throws a Problem if there are none. */
export function chosenHosts(given: readonly string[] | undefined, env: NodeJS.ProcessEnv): readonly SshHost[] {
  const hosts = given === undefined ? ofSetting(env) : ofOption(given);
  if (hosts.length > 0) return hosts;
  throw new Problem(EXIT_USAGE, 'no hosts are named', {
    expected: `--ssh HOST,HOST or DOGWATCH_FLEET_SSH: ${HOST_FORMS}`,
    got: given === undefined ? 'neither' : JSON.stringify(given.join(' ')),
    hint: 'for example dogwatch fleet status --ssh build1,build2; without any of these on a host that has joined a fleet (`dogwatch help fleet`)',
  });
}

function ofOption(given: readonly string[]): readonly SshHost[] {
  const words = [...new Set(given.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== ''))];
  return words.map((word) => {
    const host = parseSshHost(word);
    if (host !== null) return host;
    throw new Problem(EXIT_USAGE, '--ssh names something that is not a host', {
      expected: HOST_FORMS,
      got: JSON.stringify(word),
      hint: 'other options of ssh are set in ~/.ssh/config, under an alias for the host',
    });
  });
}

/**
 * The settings of this host as a member of a fleet, or null if it is none: hosts to ask by ssh go
 * before credentials alone, and `DOGWATCH_FLEET` before both.
 */
export function memberSettings(env: NodeJS.ProcessEnv): Settings | null {
  const settings = settingsOf(env, (name) => name.startsWith('DOGWATCH_FLEET'));
  if (settings.fleetUrls.length > 0) return settings;
  return settings.fleetSsh.length === 0 && existsSync(settings.fleetCredentials) ? settings : null;
}

const ofSetting = (env: NodeJS.ProcessEnv): readonly SshHost[] => settingsOf(env, (name) => name === 'DOGWATCH_FLEET_SSH').fleetSsh;

/** Other settings than the own ones may be wrong here: they are the watchdog's. */
function settingsOf(env: NodeJS.ProcessEnv, isOwn: (name: string) => boolean): Settings {
  const { settings, problems } = readSettings(env);
  const own = problems.filter(({ name }) => isOwn(name));
  if (own.length > 0) throw new SettingsError(own);
  return settings;
}
