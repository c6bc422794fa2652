import type { Stored, Swapped } from './lease.ts';

/**
 * What the engine has of one key of a host. The numbers of a host only grow, whatever key changes:
 * by one, or to the wall time in ms, so that no number is used twice after its state was put back
 * from an older copy.
 */
export interface Posted {
  readonly number: number;
  readonly document: string;
}

/** The document of a key that its host does not have (any more). */
export const GONE = '';

export interface OutboxRow extends Posted {
  readonly isPosted: boolean;
  /** It was sent, and what became of that is not known: the key is read before it is sent again. */
  readonly isDoubtful: boolean;
  /** Where the next change of this key is written. */
  readonly rev: number;
  /** The last revision of this key that the engine has acknowledged or shown. */
  readonly knownRev: number;
}

type Asked =
  | { readonly kind: 'read'; readonly key: string }
  | { readonly kind: 'swap'; readonly key: string; readonly rev: number; readonly row: Posted };

/**
 * The newest change of each key, on disk in the transaction that made it. Only this host writes its
 * keys, one change after another.
 */
export interface Outbox {
  /** The number of the last change. */
  readonly last: number;
  readonly rows: ReadonlyMap<string, OutboxRow>;
  /** What is under way. There is never more than one. */
  readonly asked: Asked | null;
  /** When it sends again by itself. */
  readonly nextMs: number;
  /** When it looks again whether the engine still has a row, and which is the next. */
  readonly auditMs: number;
  readonly audited: number;
  /** When the engine's streams were made, or null if it was never reached. */
  readonly engine: string | null;
}

export type OutboxEvent =
  | { readonly kind: 'changed'; readonly key: string; readonly document: string }
  | { readonly kind: 'tick' }
  | { readonly kind: 'swapped'; readonly result: Swapped }
  /** The answer to a read; null if the engine did not answer. */
  | { readonly kind: 'read'; readonly stored: Stored<Posted> | null }
  /** Says which engine answers. Another one has nothing of this host. */
  | { readonly kind: 'engine'; readonly made: string }
  /** The engine has this key of this host. */
  | { readonly kind: 'listed'; readonly key: string; readonly stored: Stored<Posted> };

export type OutboxAction = Asked;

interface Stepped {
  readonly outbox: Outbox;
  readonly actions: readonly OutboxAction[];
}

/** By this host's clocks: the one that counts while it sleeps, and the one on the wall. */
interface Now {
  readonly nowMs: number;
  readonly nowWall: number;
}

/** How soon something is sent again whose result is unknown. */
const AGAIN_MS = 500;
/** One row after another is compared with what the engine has of it. */
const AUDIT_MS = 5000;

export const emptyOutbox = (nowMs: number): Outbox => ({
  ...{ last: 0, rows: new Map(), asked: null, nextMs: nowMs },
  ...{ auditMs: nowMs + AUDIT_MS, audited: 0, engine: null },
});

/** What a restarted program makes of the outbox that it kept on disk: its answers are lost. */
export const reopened = (outbox: Outbox, nowMs: number): Outbox => ({ ...outbox, asked: null, nextMs: nowMs, auditMs: nowMs + AUDIT_MS });

/**
 * Delivers each change at least once, or a newer one of the same key. Safe with an engine that may
 * lose an answer, write late, refuse without a reason, show an older row, and forget what it has
 * acknowledged.
 */
export function outboxStep(outbox: Outbox, event: OutboxEvent, now: Now): Stepped {
  const { nowMs } = now;
  switch (event.kind) {
    case 'changed':
      return still(changed(outbox, event.key, event.document, now));
    case 'tick':
      return ask(outbox, nowMs);
    case 'swapped':
      return swapped(outbox, event.result, nowMs);
    case 'read':
      return still(answered(outbox, event.stored, now));
    case 'engine':
      if (outbox.engine === event.made) return still(outbox);
      return still({ ...(outbox.engine === null ? outbox : sentAgain(outbox, 0)), engine: event.made, nextMs: nowMs });
    case 'listed':
      return still(listed(outbox, event.key, event.stored, now));
  }
}

const after = (number: number, nowWall: number): number => Math.max(number + 1, nowWall);

const still = (outbox: Outbox): Stepped => ({ outbox, actions: [] });

const withRow = (outbox: Outbox, key: string, row: OutboxRow): Outbox => ({ ...outbox, rows: new Map(outbox.rows).set(key, row) });

function changed(outbox: Outbox, key: string, document: string, { nowMs, nowWall }: Now): Outbox {
  const before = outbox.rows.get(key);
  if (before?.document === document) return outbox;
  const number = after(outbox.last, nowWall);
  const row = { isDoubtful: false, rev: 0, knownRev: 0, ...before, number, document, isPosted: false };
  const nextMs = before?.isDoubtful === true ? outbox.nextMs : nowMs;
  return { ...withRow(outbox, key, row), last: number, nextMs };
}

function ask(outbox: Outbox, nowMs: number): Stepped {
  if (outbox.asked !== null || nowMs < outbox.nextMs) return still(outbox);
  const first = oldest(outbox.rows);
  if (first === null) return audit(outbox, nowMs);
  const [key, row] = first;
  if (row.isDoubtful) return asking(outbox, { kind: 'read', key });
  const { number, document, rev } = row;
  return asking(withRow(outbox, key, { ...row, isDoubtful: true }), { kind: 'swap', key, rev, row: { number, document } });
}

/** The first change that is not posted. */
function oldest(rows: Outbox['rows']): readonly [string, OutboxRow] | null {
  let first: readonly [string, OutboxRow] | null = null;
  for (const [key, row] of rows) if (!row.isPosted && (first === null || row.number < first[1].number)) first = [key, row];
  return first;
}

const asking = (outbox: Outbox, asked: Asked): Stepped => ({ outbox: { ...outbox, asked }, actions: [asked] });

/** An engine that was rolled back does not say so. */
function audit(outbox: Outbox, nowMs: number): Stepped {
  const keys = [...outbox.rows.keys()];
  if (nowMs < outbox.auditMs || keys.length === 0) return still(outbox);
  const audited = (outbox.audited + 1) % keys.length;
  return asking({ ...outbox, audited, auditMs: nowMs + AUDIT_MS }, { kind: 'read', key: keys[audited] as string });
}

function swapped(outbox: Outbox, result: Swapped, nowMs: number): Stepped {
  const { asked } = outbox;
  const row = asked === null ? undefined : outbox.rows.get(asked.key);
  if (asked?.kind !== 'swap' || row === undefined) return still(outbox);
  if (result.kind !== 'written') return asking(outbox, { kind: 'read', key: asked.key });
  // Only an engine that has lost rows writes at a revision older than one that it acknowledged.
  const hasForgotten = asked.rev < row.knownRev;
  const isPosted = row.number === asked.row.number;
  const before = hasForgotten ? sentAgain(outbox) : outbox;
  const { rev } = result;
  return still({ ...withRow(before, asked.key, { ...row, isPosted, isDoubtful: false, rev, knownRev: rev }), asked: null, nextMs: nowMs });
}

/** Everything is sent once more: at its revision if that still stands there. */
function sentAgain(outbox: Outbox, rev?: number): Outbox {
  const again = (row: OutboxRow): OutboxRow => ({
    ...row,
    isPosted: false,
    isDoubtful: rev === undefined,
    rev: rev ?? row.rev,
    knownRev: rev ?? row.knownRev,
  });
  return { ...outbox, rows: new Map([...outbox.rows].map(([key, row]) => [key, again(row)])) };
}

function answered(outbox: Outbox, stored: Stored<Posted> | null, { nowMs, nowWall }: Now): Outbox {
  const { asked } = outbox;
  const row = asked === null ? undefined : outbox.rows.get(asked.key);
  if (asked === null || row === undefined) return outbox;
  const later = { ...outbox, asked: null, nextMs: nowMs + AGAIN_MS };
  return stored === null ? later : { ...found(later, asked.key, row, stored, nowWall), asked: null };
}

function found(outbox: Outbox, key: string, row: OutboxRow, { rev, row: posted }: Stored<Posted>, nowWall: number): Outbox {
  const knownRev = Math.max(row.knownRev, rev);
  if (posted !== null && isAhead(posted, row)) return countedOn(outbox, key, { ...row, rev, knownRev, isDoubtful: false }, posted, nowWall);
  if (posted?.number === row.number) return withRow(outbox, key, { ...row, isPosted: true, isDoubtful: false, rev, knownRev });
  // The engine has forgotten it, or showed an older row: writing at the known revision tells which.
  if (row.isPosted) return withRow(outbox, key, { ...row, isPosted: false });
  return withRow(outbox, key, { ...row, isDoubtful: false, rev });
}

const isAhead = (posted: Posted, row: Posted): boolean =>
  posted.number > row.number || (posted.number === row.number && posted.document !== row.document);

/**
 * This host's state was put back from an older copy: it counts on from what the engine has, and
 * what it has done since that copy is not what it knows now.
 */
function countedOn(outbox: Outbox, key: string, row: OutboxRow, posted: Posted, nowWall: number): Outbox {
  const number = after(Math.max(outbox.last, posted.number), nowWall);
  return { ...withRow(sentAgain(outbox), key, { ...row, number, isPosted: false }), last: number };
}

function listed(outbox: Outbox, key: string, { rev, row }: Stored<Posted>, { nowMs, nowWall }: Now): Outbox {
  if (row === null || row.document === GONE || outbox.rows.has(key)) return outbox;
  const number = after(Math.max(outbox.last, row.number), nowWall);
  const gone: OutboxRow = { number, document: GONE, isPosted: false, isDoubtful: false, rev, knownRev: rev };
  return { ...withRow(outbox, key, gone), last: number, nextMs: nowMs };
}
