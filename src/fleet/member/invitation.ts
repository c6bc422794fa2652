import { createHash } from 'node:crypto';
import { LABEL_FORM, parseLabels } from '../../settings/fleet/labels.ts';
import { parseNatsUrls } from '../../settings/fleet/urls.ts';
import { isCertified, isListOf, type OperatorList, ROLES } from './certificate.ts';
import { hostNameProblem } from './name.ts';
import { userKeyOf } from './nkey.ts';
import { privateKey, publicText } from './signing.ts';

/** All that a host needs to join a fleet. It contains its keys: whoever has it is that host. */
export interface Invitation {
  readonly fleet: string;
  readonly host: string;
  readonly urls: readonly string[];
  /** Its key for the engine. */
  readonly natsSeed: string;
  /** Its key for what it writes there. */
  readonly signingSeed: string;
  readonly certificate: string;
  /**
   * The public key of the fleet's root, which signs the list of operators and the keys of hosts.
   */
  readonly root: string;
  readonly operators: OperatorList;
  readonly labels: readonly string[];
  /** It accepts command lines from the fleet. */
  readonly dispatch: boolean;
}

const START = 'dogwatch-fleet-1.';
/** Shows that a part of it got lost on the way. */
const CHECK_LENGTH = 8;

const checkOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, CHECK_LENGTH);

/** A token is one word, to be carried to the host by hand. */
export function tokenOf(invitation: Invitation): string {
  const body = Buffer.from(JSON.stringify(invitation)).toString('base64url');
  return `${START}${body}.${checkOf(body)}`;
}

/** The invitation in a token, or why there is none, without any of its text. */
export function readToken(text: string): { readonly invitation: Invitation } | { readonly got: string } {
  // A terminal or a mail may have broken it into lines.
  const token = text.replaceAll(/\s+/g, '');
  if (token === '') return { got: 'nothing' };
  if (!token.startsWith('dogwatch-fleet-')) return { got: 'a text that does not begin like a token' };
  if (!token.startsWith(START)) return { got: 'a token of another version of dogwatch' };
  const [body = '', check = '', ...more] = token.slice(START.length).split('.');
  if (more.length > 0 || checkOf(body) !== check)
    return { got: `a damaged token of ${token.length} characters; a part of it may be missing` };
  const invitation = parsed(Buffer.from(body, 'base64url').toString());
  const why = whyInvalid(invitation);
  return why === null ? { invitation: invitation as Invitation } : { got: `a token in which ${why}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 4096;
const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.length <= 64 && value.every(isText);

/** Why something read from a token or a file cannot be an invitation, or null if it can. */
export function whyInvalid(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'nothing can be read';
  const { fleet, host, urls, natsSeed, signingSeed, certificate, root, operators, labels, dispatch } = value as Partial<
    Record<keyof Invitation, unknown>
  >;
  if (!isText(fleet) || hostNameProblem(fleet) !== null) return 'the name of the fleet is missing';
  if (!isText(host) || hostNameProblem(host) !== null) return 'the name of the host is missing';
  if (!areTexts(urls) || parseNatsUrls(urls.join(',')) === null) return 'the URLs of the engine are missing';
  if (!isText(natsSeed) || userKeyOf(natsSeed) === null) return "the host's key for the engine is missing or damaged";
  if (!isText(signingSeed) || Buffer.from(signingSeed, 'base64url').length !== 32) return "the host's signing key is missing or damaged";
  if (!isText(root)) return "the fleet's public key is missing";
  if (!areTexts(labels) || parseLabels(labels.join(',')) === null) return `a label is not ${LABEL_FORM}`;
  if (typeof dispatch !== 'boolean') return 'it is not said whether the host accepts command lines';
  const key = publicText(privateKey(Buffer.from(signingSeed, 'base64url')));
  if (!isText(certificate) || !isCertified(root, { fleet, host, key }, certificate))
    return "the host's signing key is not signed by the root key of the fleet";
  if (!isOperatorList(operators) || !isListOf(root, fleet, operators))
    return 'the list of operators is not signed by the root key of the fleet';
  return null;
}

function isOperatorList(value: unknown): value is OperatorList {
  if (typeof value !== 'object' || value === null) return false;
  const { serial, operators, signature } = value as Partial<Record<keyof OperatorList, unknown>>;
  if (!Number.isSafeInteger(serial) || !isText(signature) || !Array.isArray(operators)) return false;
  return operators.every(
    (one: unknown) =>
      typeof one === 'object' &&
      one !== null &&
      isText((one as { name?: unknown }).name) &&
      isText((one as { key?: unknown }).key) &&
      ROLES.some((role) => role === (one as { role?: unknown }).role),
  );
}
