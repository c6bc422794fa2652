import type { KeyObject } from 'node:crypto';
import type { Settings } from '../../settings/settings.ts';
import type { OperatorList } from './certificate.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { MemberError } from './error.ts';
import { privateKey } from './signing.ts';

/** This host as a member of its fleet. */
export interface Member {
  readonly fleet: string;
  /** Its name, as it was invited. */
  readonly host: string;
  readonly id: string;
  readonly urls: readonly string[];
  readonly labels: readonly string[];
  readonly natsSeed: string;
  readonly signingKey: KeyObject;
  /** Shows others that this host's signing key belongs to it. */
  readonly certificate: string;
  readonly root: string;
  readonly operators: OperatorList;
  readonly dispatch: boolean;
}

export type MemberSettings = Pick<Settings, 'fleetUrls' | 'fleetCredentials' | 'fleetLabels'>;

/**
 * This host's membership, from its file of credentials. Throws a MemberError if it has none that
 * can be used. URLs and labels that are set go before those of the invitation.
 */
export function memberFrom({ fleetUrls, fleetCredentials, fleetLabels }: MemberSettings, env: NodeJS.ProcessEnv = process.env): Member {
  const credentials = readCredentials(fleetCredentials, env);
  if (credentials === null)
    throw new MemberError('missing', {
      expected: `the credentials of this host in ${fleetCredentials}`,
      got: 'no such file',
      remedy: 'join with a token of `dogwatch fleet invite HOST`: dogwatch fleet join',
    });
  return memberOf(credentials, { urls: fleetUrls, labels: fleetLabels });
}

/** A list that is empty is not set. */
function memberOf(credentials: Credentials, set: { readonly urls: readonly string[]; readonly labels: readonly string[] }): Member {
  const { fleet, host, id, natsSeed, certificate, root, operators, dispatch, signingSeed } = credentials;
  return {
    ...{ fleet, host, id, natsSeed, certificate, root, operators, dispatch },
    urls: set.urls.length > 0 ? set.urls : credentials.urls,
    labels: set.labels.length > 0 ? set.labels : credentials.labels,
    signingKey: privateKey(Buffer.from(signingSeed, 'base64url')),
  };
}
