import type { KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import { GONE } from '../../core/fleet/outbox.ts';
import type { Beat } from '../../core/fleet/seen.ts';
import type { Bucket } from '../../fleet/engine.ts';
import { isCertified } from '../../fleet/member/certificate.ts';
import { isSignedBy, publicKey } from '../../fleet/member/signing.ts';
import { type Opened, signedText } from '../../fleet/rows/envelope.ts';

/** The fleet that is looked at, and the key that vouches for its hosts. */
export interface Vouching {
  readonly fleet: string;
  readonly root: string;
}

/** What a host says of itself, as far as it is shown. */
export interface HostSaid {
  readonly name: string;
  readonly key: KeyObject;
  readonly beat: Beat;
  /** By its own wall clock, ms since the epoch. */
  readonly atWall: number;
  readonly watchdog: { readonly pid: number; readonly since: string } | null;
  /** Its runs that are not over. */
  readonly active: number;
}

const hostRow = z.object({
  host: z.string(),
  key: z.string(),
  certificate: z.string(),
  at: z.string().check(z.refine((text: string) => !Number.isNaN(Date.parse(text)))),
  beat: z.object({ lastChange: z.number(), fingerprint: z.number(), unposted: z.number() }),
  watchdog: z.catch(z.nullable(z.object({ pid: z.number(), since: z.string() })), null),
  active: z.catch(z.number(), 0),
});

const isSigned = ({ fleet }: Vouching, bucket: Bucket, key: string, row: Opened, by: KeyObject): boolean =>
  row.signature !== null && isSignedBy(by, signedText({ fleet, bucket, key, ...row }), row.signature);

/** What the row of this host says, or in words why it is not believed. */
export function hostSaid(vouching: Vouching, key: string, name: string, row: Opened | null): HostSaid | string {
  if (row === null || row.document === GONE) return 'no row of a host';
  const { success, data } = z.safeParse(hostRow, JSON.parse(row.document));
  if (!success) return 'a row of another form';
  const { host, key: text, certificate, at, beat, watchdog, active } = data;
  if (host !== name) return `a row of ${JSON.stringify(host)}`;
  if (!isCertified(vouching.root, { fleet: vouching.fleet, host, key: text }, certificate))
    return 'a key that the fleet does not know as its own';
  const its = publicKey(text);
  if (its === null || !isSigned(vouching, 'hosts', key, row, its)) return 'a row that it did not sign';
  return { name, key: its, beat: { ...beat, number: row.number }, atWall: Date.parse(at), watchdog, active };
}

/** Whether a row of a run was written by its host. */
export const isOfHost = (vouching: Vouching, key: string, row: Opened, { key: by }: Pick<HostSaid, 'key'>): boolean =>
  isSigned(vouching, 'runs', key, row, by);
