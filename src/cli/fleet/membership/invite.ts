import { join } from 'node:path';
import { prepareEngine } from '../../../fleet/admin/engine.ts';
import { ACCOUNTS, withHost, writeFleet } from '../../../fleet/admin/fleet-file.ts';
import { tokenOf } from '../../../fleet/member/invitation.ts';
import { hostNameProblem } from '../../../fleet/member/name.ts';
import { LABEL_FORM, parseLabels } from '../../../settings/fleet/labels.ts';
import { EXIT_CONFIGURATION, EXIT_USAGE, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';
import { whyNot } from '../checks/why-not.ts';
import { adminDirectory, neededFleet } from './place.ts';

export interface InviteOptions {
  readonly dir?: string;
  readonly label?: readonly string[];
  readonly allow?: string;
  readonly again?: boolean;
}

/** Only the token goes to stdout, so that it can be piped to where it is needed, seen by nobody. */
export async function invite(host: string, { dir, label = [], allow, again = false }: InviteOptions): Promise<void> {
  const directory = adminDirectory(dir);
  const before = neededFleet(directory);
  const problem = hostNameProblem(host);
  if (problem !== null)
    throw new Problem(EXIT_USAGE, 'this cannot be the name of a host', { expected: problem, got: JSON.stringify(host) });
  if (allow !== undefined && allow !== 'dispatch')
    throw new Problem(EXIT_USAGE, '--allow cannot be used', {
      expected: 'dispatch: the host accepts command lines from the fleet',
      got: JSON.stringify(allow),
    });
  const labels = parseLabels(label.join(','));
  if (labels === null)
    throw new Problem(EXIT_USAGE, '--label cannot be used', {
      expected: `at most 16 labels of ${LABEL_FORM}`,
      got: JSON.stringify(label.join(' ')),
    });
  if (!again && before.hosts.some(({ name }) => name === host))
    throw new Problem(EXIT_CONFIGURATION, `${host} is invited already`, {
      expected: 'a host that is not in the fleet',
      got: 'one whose token was shown before',
      hint: `with --again it gets new keys, and its old ones end with the next reload of the servers`,
    });
  const { fleet, invitation } = withHost(before, host, labels, allow === 'dispatch');
  writeFleet(directory, fleet);
  process.stdout.write(`${tokenOf(invitation)}\n`);
  tell(`invited ${host} into the fleet ${fleet.fleet}. This token is its key, and is shown only now`);
  const trouble = await prepareEngine(fleet).then(
    () => null,
    (error: unknown) => whyNot(error, fleet.urls, 'the administrator'),
  );
  if (trouble !== null)
    tell(`the engine is not prepared for it yet: ${trouble.got}. Run \`dogwatch fleet init\` again once it can be reached`);
  tell(`next: give ${join(directory, ACCOUNTS)} to each server of the engine, and let it read that: nats-server --signal reload`);
  tell(`then on ${host}, as the user of its watchdog: dogwatch fleet join, and paste the token (or pipe it there through ssh)`);
}
