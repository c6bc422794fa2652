import { fingerprint } from '../../../src/core/fleet/fingerprint.ts';
import { type Fleet, withHost } from '../../../src/fleet/admin/fleet-file.ts';
import type { Bucket, Entry } from '../../../src/fleet/engine.ts';
import { keyPart, runKey } from '../../../src/fleet/keys.ts';
import type { Invitation } from '../../../src/fleet/member/invitation.ts';
import { privateKey, publicText, signatureOf } from '../../../src/fleet/member/signing.ts';
import { sealed, signedText } from '../../../src/fleet/rows/envelope.ts';
import { type HostRow, hostDocument } from '../../../src/fleet/rows/host-row.ts';
import { runDocument } from '../../../src/fleet/rows/run-row.ts';
import { newRunNamed } from '../samples-of-decisions.ts';

/** When its first change was, by its own wall clock. */
const START_WALL = Date.parse('2026-05-01T12:00:00Z');

/** A host that was invited, and signs what it says as a watchdog does. */
export class SigningHost {
  readonly invitation: Invitation;
  readonly name: string;
  readonly rows = new Map<string, { readonly number: number; readonly text: string }>();
  last = START_WALL;

  constructor(fleet: Fleet, name: string) {
    this.name = name;
    this.invitation = withHost(fleet, name, [], false).invitation;
  }

  get key(): string {
    return keyPart(this.name);
  }

  /** A run changes. Returns the row of it. */
  says(run: string, because = 'it works', afterMs = 1000): string {
    this.last += afterMs;
    const around = { notices: [], nowWall: this.last, recovers: false, clean: (text: string) => text };
    const document = runDocument({ ...newRunNamed(run), because }, around) ?? '';
    const text = this.signed('runs', runKey(this.name, run), this.last, document);
    this.rows.set(keyPart(run), { number: this.last, text });
    return text;
  }

  /** The row of its next beat. */
  beats(patch: Partial<HostRow> = {}, afterMs = 1000): string {
    const number = this.last + afterMs;
    const document = hostDocument({
      ...{ v: 1, host: this.name, id: 'f'.repeat(32), incarnation: 1, boot: 'boot', dogwatch: '0', labels: [] },
      ...{ key: publicText(this.#signingKey), certificate: this.invitation.certificate },
      at: new Date(number).toISOString(),
      beat: { lastChange: this.last, fingerprint: fingerprint(this.rows), unposted: 0 },
      watchdog: { pid: 7, since: new Date(START_WALL).toISOString() },
      ...{ active: this.rows.size, counts: {}, channels: 1, ...patch },
    });
    return this.signed('hosts', this.key, number, document);
  }

  signed(bucket: Bucket, key: string, number: number, document: string): string {
    const text = signedText({ fleet: this.invitation.fleet, bucket, key, number, document });
    return sealed({ number, document }, signatureOf(this.#signingKey, text));
  }

  /** All its rows of runs, as the engine lists them. */
  get entries(): readonly (readonly [string, Entry])[] {
    return [...this.rows].map(([run, { text }]) => [`${this.key}.${run}`, entry(text)] as const);
  }

  get #signingKey() {
    return privateKey(Buffer.from(this.invitation.signingSeed, 'base64url'));
  }
}

/** A row as the engine has it, stored this long ago. */
export const entry = (row: string, ageMs = 0): Entry => ({ rev: 1, row, ageMs });
