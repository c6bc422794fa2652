import type { KeyObject } from 'node:crypto';
import { isSignedBy, signatureOf } from './signing.ts';

/** Which commands a key may sign. */
export const ROLES = ['view', 'operate', 'dispatch'] as const;
type Role = (typeof ROLES)[number];

/** A person who may give commands in the fleet. */
export interface Operator {
  readonly name: string;
  readonly key: string;
  readonly role: Role;
}

/**
 * The operators of a fleet. Only the root key can sign a list, and a newer one has a higher serial
 * number, so that an old list cannot bring a removed operator back.
 */
export interface OperatorList {
  readonly serial: number;
  readonly operators: readonly Operator[];
  readonly signature: string;
}

/** That this signing key belongs to this host. */
export interface HostKey {
  readonly fleet: string;
  readonly host: string;
  readonly key: string;
}

/** The first word keeps what is signed for one purpose from being used for another. */
const listText = (fleet: string, serial: number, operators: readonly Operator[]): string =>
  JSON.stringify(['dogwatch-operators', fleet, serial, operators.map(({ name, key, role }) => [name, key, role])]);
const hostText = ({ fleet, host, key }: HostKey): string => JSON.stringify(['dogwatch-host', fleet, host, key]);

export const signedList = (root: KeyObject, fleet: string, serial: number, operators: readonly Operator[]): OperatorList => ({
  serial,
  operators,
  signature: signatureOf(root, listText(fleet, serial, operators)),
});

export const isListOf = (root: string, fleet: string, { serial, operators, signature }: OperatorList): boolean =>
  isSignedBy(root, listText(fleet, serial, operators), signature);

/** The root's signature of a host's key, which the host shows to others. */
export const certificateFor = (root: KeyObject, of: HostKey): string => signatureOf(root, hostText(of));

export const isCertified = (root: string, of: HostKey, certificate: string): boolean => isSignedBy(root, hostText(of), certificate);
