import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../../core/values/counted.ts';
import { dismiss } from '../../../fleet/admin/engine.ts';
import { ACCOUNTS, withoutHost, writeFleet } from '../../../fleet/admin/fleet-file.ts';
import { readCredentials } from '../../../fleet/member/credentials.ts';
import { loadSettings } from '../../client/load-settings.ts';
import { openLayout } from '../../client/state-layout.ts';
import { EXIT_NO_RUN, EXIT_TEMPORARY, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';
import { whyNot } from '../checks/why-not.ts';
import { adminDirectory, neededFleet, withProblems } from './place.ts';

/** This host leaves, or the administrator takes the named one out. */
export async function leave(host: string | undefined, { dir }: { readonly dir?: string }): Promise<void> {
  const lines = host === undefined ? forgotten(dir) : await dismissed(host, adminDirectory(dir));
  process.stdout.write(`${lines.join('\n')}\n`);
}

function forgotten(dir: string | undefined): readonly string[] {
  openLayout();
  const { fleetCredentials: path, fleetUrls } = loadSettings(process.env, tell);
  const credentials = withProblems(() => readCredentials(path));
  if (credentials === null)
    return [`this host is in no fleet: there is no ${path}${dir === undefined ? '' : '. --dir is for leaving with the name of a host'}`];
  rmSync(path);
  const { fleet, host } = credentials;
  return [
    `left the fleet ${fleet}: ${path} is removed`,
    'what remains:',
    `  here: ${fleetUrls.length > 0 ? 'DOGWATCH_FLEET is set, and' : 'a'} running watchdog stays a member until it is restarted${fleetUrls.length > 0 ? ': unset it first' : ''}`,
    `  in the engine: the key of ${host}, its rows, and what it was sent. Where the fleet was made: dogwatch fleet leave ${host}`,
    '  on this host: all runs, as before',
  ];
}

async function dismissed(host: string, directory: string): Promise<readonly string[]> {
  const fleet = neededFleet(directory);
  const isKnown = fleet.hosts.some(({ name }) => name === host);
  // Its key first: it would write its rows again.
  if (isKnown) writeFleet(directory, withoutHost(fleet, host));
  const rows = await dismiss(fleet, host).catch((error: unknown) => {
    const { got, hint } = whyNot(error, fleet.urls, 'the administrator');
    throw new Problem(EXIT_TEMPORARY, `the rows of ${host} are still in the engine`, {
      expected: 'the engine, to remove them',
      got,
      hint: `${hint}; then again: dogwatch fleet leave ${host}`,
    });
  });
  if (!isKnown && rows === 0)
    throw new Problem(EXIT_NO_RUN, `no host ${host} is in the fleet ${fleet.fleet}`, {
      expected: fleet.hosts.map(({ name }) => name).join(', ') || 'a host that was invited',
      got: JSON.stringify(host),
    });
  return [
    `took ${host} out of the fleet ${fleet.fleet}: its key is gone from ${join(directory, ACCOUNTS)}, and ${counted(rows, 'row')} from the engine`,
    'what remains:',
    '  the servers know its key until they read that file: give it to each of them, then nats-server --signal reload',
    `  while ${host} is alive and they know its key, it comes back: then run this again after the reload`,
    `  on ${host}: its credentials and DOGWATCH_FLEET. There: dogwatch fleet leave`,
  ];
}
