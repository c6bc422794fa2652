import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../system/file/write-atomically.ts';
import { certificateFor, type Operator, signedList } from '../member/certificate.ts';
import { MemberError } from '../member/error.ts';
import type { Invitation } from '../member/invitation.ts';
import { userKey, userSeed } from '../member/nkey.ts';
import { readPrivate, writePrivate } from '../member/private-file.ts';
import { newSeed, privateKey, publicText } from '../member/signing.ts';
import { accountsFile } from './accounts.ts';
import { serverFiles } from './server-file.ts';

/** A host that was invited. Its secret keys are in its token alone. */
interface InvitedHost {
  readonly name: string;
  /** Its key for the engine. */
  readonly nkey: string;
  /** Its key for what it writes there. */
  readonly key: string;
  readonly labels: readonly string[];
  readonly dispatch: boolean;
}

/** The keys of a person who gives commands. Seeds are secrets. */
interface OperatorKeys {
  readonly name: string;
  readonly role: Operator['role'];
  readonly natsSeed: string;
  readonly nkey: string;
  readonly signingSeed: string;
}

/** All that the administrator of a fleet knows of it. Whoever has it is the fleet. */
export interface Fleet {
  readonly fleet: string;
  readonly urls: readonly string[];
  /** On how many servers each row is kept, or null for what the engine has. */
  readonly replicas: number | null;
  /** Signs the list of operators and the keys of hosts. */
  readonly rootSeed: string;
  /** The administrator's keys for the engine, one in each account. */
  readonly admin: { readonly hosts: NatsKey; readonly ops: NatsKey };
  readonly operators: readonly OperatorKeys[];
  /** Raised with each change of the operators. */
  readonly serial: number;
  readonly hosts: readonly InvitedHost[];
}

interface NatsKey {
  readonly seed: string;
  readonly key: string;
}

const FILE = 'fleet.json';
export const ACCOUNTS = 'accounts.conf';
const VERSION = 1;

const natsKey = (): NatsKey => {
  const seed = newSeed();
  return { seed: userSeed(seed), key: userKey(privateKey(seed)) };
};

const keyFrom = (seed: string) => privateKey(Buffer.from(seed, 'base64url'));
const newSigningSeed = (): string => newSeed().toString('base64url');

export function newFleet(fleet: string, urls: readonly string[], replicas: number | null): Fleet {
  const { seed: natsSeed, key: nkey } = natsKey();
  return {
    ...{ fleet, urls, replicas },
    rootSeed: newSigningSeed(),
    admin: { hosts: natsKey(), ops: natsKey() },
    operators: [{ name: 'operator', role: 'operate', natsSeed, nkey, signingSeed: newSigningSeed() }],
    serial: 1,
    hosts: [],
  };
}

/**
 * The fleet with one host more, and what that host gets. Its keys are new, also if it was invited
 * before.
 */
export function withHost(
  fleet: Fleet,
  name: string,
  labels: readonly string[],
  dispatch: boolean,
): { fleet: Fleet; invitation: Invitation } {
  const nats = natsKey();
  const signingSeed = newSigningSeed();
  const key = publicText(keyFrom(signingSeed));
  const root = keyFrom(fleet.rootSeed);
  const operators = fleet.operators.map((one) => ({ name: one.name, role: one.role, key: publicText(keyFrom(one.signingSeed)) }));
  return {
    fleet: { ...withoutHost(fleet, name), hosts: [...withoutHost(fleet, name).hosts, { name, nkey: nats.key, key, labels, dispatch }] },
    invitation: {
      ...{ fleet: fleet.fleet, host: name, urls: fleet.urls, labels, dispatch, signingSeed },
      natsSeed: nats.seed,
      certificate: certificateFor(root, { fleet: fleet.fleet, host: name, key }),
      root: publicText(root),
      operators: signedList(root, fleet.fleet, fleet.serial, operators),
    },
  };
}

export const withoutHost = (fleet: Fleet, name: string): Fleet => ({ ...fleet, hosts: fleet.hosts.filter((host) => host.name !== name) });

/**
 * The fleet whose administrator has this directory, or null if there is none. Throws a MemberError
 * for a file that cannot be used: a new one in its place would be another fleet.
 */
export function readFleet(directory: string): Fleet | null {
  const path = join(directory, FILE);
  const text = readPrivate(path);
  if (text === null) return null;
  const fleet = parsed(text);
  if (fleet !== null) return fleet;
  throw new MemberError('damaged', {
    expected: `the keys of a fleet in ${path}, as \`dogwatch fleet init\` wrote them`,
    got: 'a damaged file, or one of another version of dogwatch',
    remedy: 'bring it back from your copy: without it no host can be invited',
  });
}

function parsed(text: string): Fleet | null {
  try {
    const { v, ...fleet } = JSON.parse(text) as Partial<Fleet> & { v?: unknown };
    const isWhole = [fleet.fleet, fleet.urls, fleet.rootSeed, fleet.admin?.hosts, fleet.admin?.ops, fleet.operators, fleet.hosts].every(
      (part) => part !== undefined,
    );
    return v === VERSION && isWhole ? (fleet as Fleet) : null;
  } catch {
    return null;
  }
}

/**
 * Writes the keys, and the accounts for the servers. A configuration of a server that is there
 * already is left alone: people change it.
 */
export function writeFleet(directory: string, fleet: Fleet): void {
  writePrivate(join(directory, FILE), `${JSON.stringify({ v: VERSION, ...fleet }, null, 2)}\n`);
  const admin = { hosts: fleet.admin.hosts.key, ops: fleet.admin.ops.key };
  const { operators, hosts } = fleet;
  writeAtomically(join(directory, ACCOUNTS), accountsFile({ fleet: fleet.fleet, admin, operators, hosts }), { mode: 0o644 });
  for (const { name, text } of serverFiles(fleet.fleet, fleet.urls)) {
    const path = join(directory, `nats-${name}.conf`);
    if (!existsSync(path)) writeAtomically(path, text, { mode: 0o644 });
  }
}
