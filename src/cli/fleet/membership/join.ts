import { setTimeout as pause } from 'node:timers/promises';
import type { Entry } from '../../../fleet/engine.ts';
import { keyPart } from '../../../fleet/keys.ts';
import { type Credentials, newCredentials, readCredentials, writeCredentials } from '../../../fleet/member/credentials.ts';
import type { Invitation } from '../../../fleet/member/invitation.ts';
import { connectEngine } from '../../../fleet/nats/connected.ts';
import { loadSettings } from '../../client/load-settings.ts';
import { openLayout } from '../../client/state-layout.ts';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';
import { whyNot } from '../checks/why-not.ts';
import { withProblems } from './place.ts';
import { givenInvitation } from './token-input.ts';

/** Servers are dialled one after the other. */
const PATIENCE_MS = 12_000;
const AGAIN_MS = 200;
/** A host says something of itself more often than this. */
const FRESH_MS = 60_000;

/** Makes this host a member of a fleet: checks the token against the engine, and keeps it. */
export async function join(token: string | undefined, { file }: { readonly file?: string }): Promise<void> {
  openLayout();
  const { fleetCredentials: path, fleetUrls } = loadSettings(process.env, tell);
  const before = withProblems(() => readCredentials(path));
  const invitation = await givenInvitation(token, file);
  if (before !== null && (before.fleet !== invitation.fleet || before.host !== invitation.host))
    throw new Problem(EXIT_CONFIGURATION, 'this host is in a fleet already', {
      expected: `the host ${before.host} of the fleet ${before.fleet}, as in ${path}`,
      got: `an invitation for ${invitation.host} in ${invitation.fleet}`,
      hint: 'leave that one first: dogwatch fleet leave',
    });
  const credentials: Credentials = { ...newCredentials(invitation), ...(before === null ? {} : { id: before.id }) };
  await checkedByEngine(credentials, fleetUrls.length > 0 ? fleetUrls : invitation.urls);
  writeCredentials(path, credentials);
  process.stdout.write(`${joined(invitation, path, fleetUrls.length > 0).join('\n')}\n`);
}

/**
 * Throws a Problem unless the engine lets this host in, and no other host is alive under its name.
 */
async function checkedByEngine({ host, id, natsSeed }: Credentials, urls: readonly string[]): Promise<void> {
  const engine = await connectEngine({ host, urls, natsSeed });
  try {
    const sinceMs = performance.now();
    let rows: ReadonlyMap<string, Entry> | null = null;
    while (rows === null && performance.now() - sinceMs < PATIENCE_MS && !/authorization/i.test(engine.trouble ?? '')) {
      rows = await engine.list('hosts', keyPart(host));
      if (rows === null) await pause(AGAIN_MS);
    }
    if (rows === null) {
      const why = whyNot(engine.trouble ?? 'no answer', urls, host);
      const hint = engine.trouble === null ? 'its buckets may be missing: dogwatch fleet init, where the fleet was made' : why.hint;
      throw new Problem(EXIT_UNAVAILABLE, 'the engine of the fleet does not let this host in; nothing was changed', {
        expected: 'an answer of the engine',
        got: why.got,
        hint,
      });
    }
    const row = rows.get(keyPart(host));
    const other = row === undefined ? null : idIn(row.row);
    if (row !== undefined && other !== null && other !== id && row.ageMs < FRESH_MS)
      throw new Problem(EXIT_CONFIGURATION, `another machine is alive as ${host}; nothing was changed`, {
        expected: 'a token that no other host has used',
        got: `signs of life of another one ${Math.round(row.ageMs / 1000)} s ago`,
        hint: `invite this one under a name of its own, or stop the other one and wait a minute`,
      });
  } finally {
    await engine.close();
  }
}

/** Which host wrote this row, or null if it does not say. */
function idIn(row: string | null): string | null {
  try {
    const { document } = JSON.parse(row ?? '') as { document?: { id?: unknown } };
    return typeof document?.id === 'string' ? document.id : null;
  } catch {
    return null;
  }
}

const joined = ({ fleet, host, urls, labels }: Invitation, path: string, isSet: boolean): readonly string[] => [
  `joined the fleet ${fleet} as ${host}${labels.length === 0 ? '' : ` (${labels.join(', ')})`}; the engine knows this host`,
  `  its keys are in ${path}, for this user only. The token has the same keys: delete it where you kept it`,
  ...(isSet
    ? ['next: restart the watchdog (systemctl restart dogwatch)']
    : [
        'next: set this for the watchdog and for your shell, and restart the watchdog:',
        `  DOGWATCH_FLEET=${urls.join(',')}`,
        '  (as a service: systemctl edit dogwatch, under [Service]: Environment=DOGWATCH_FLEET=…)',
      ]),
  '  dogwatch fleet doctor',
];
