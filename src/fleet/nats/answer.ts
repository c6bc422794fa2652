import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import type { Stored, Swapped } from '../../core/fleet/lease.ts';

/** Both mean that another revision stands there. */
const OTHER_REVISION = [10_071, 10_164];

/** What a request of the JetStream API answers, or null for an error or no answer. */
export function answered<Answer extends object>(msg: Msg | null): Answer | null {
  const answer = parsed(msg);
  return answer === null || 'error' in answer ? null : (answer as Answer);
}

function parsed(msg: Msg | null): object | null {
  try {
    const answer: unknown = msg?.json();
    return typeof answer === 'object' ? answer : null;
  } catch {
    return null;
  }
}

/**
 * What became of a row that was published. Any other error than that of another revision leaves
 * open what happened: an engine whose nodes disagree has answered with many.
 */
export function swappedOf(msg: Msg | null): Swapped {
  const answer = parsed(msg) as { readonly seq?: unknown; readonly error?: { readonly err_code?: number } } | null;
  if (OTHER_REVISION.includes(answer?.error?.err_code ?? 0)) return { kind: 'refused' };
  return answer?.error === undefined && typeof answer?.seq === 'number' && answer.seq > 0
    ? { kind: 'written', rev: answer.seq }
    : { kind: 'unknown' };
}

const NOT_FOUND = 404;

/** What a direct read answers with, or null for no answer. A deleted row keeps its revision. */
export function storedOf(msg: Msg | null): Stored<string> | null {
  if (msg === null) return null;
  if (msg.headers?.code === NOT_FOUND) return { rev: 0, row: null };
  const rev = Number(msg.headers?.get('Nats-Sequence'));
  return rev > 0 ? { rev, row: rowOf(msg) } : null;
}

/** What stands in a row, or null if it was deleted: by hand, dogwatch deletes none. */
export const rowOf = (msg: Msg): string | null => (isDeletion(msg.headers) ? null : msg.string());

const isDeletion = (headers: MsgHdrs | undefined): boolean => ['DEL', 'PURGE'].includes(headers?.get('KV-Operation') ?? '');

/** What the reply subject of a delivered message says of it. */
export interface Delivered {
  readonly rev: number;
  /** Counts the messages of its consumer, from 1. */
  readonly number: number;
  readonly atMs: number;
  /** How many come after it. */
  readonly pending: number;
}

/**
 * `$JS.ACK.STREAM.CONSUMER.TIMES.REV.NUMBER.NANOSECONDS.PENDING`, or with a domain and an account
 * before the stream, and perhaps a token at the end (ADR-15).
 */
export function deliveredOf(reply: string | undefined): Delivered | null {
  const tokens = reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return null;
  const [rev, number, nanoseconds, pending] = tokens.slice(tokens.length === 9 ? 5 : 7).map(Number);
  if (!(rev && number && nanoseconds) || pending === undefined || Number.isNaN(pending)) return null;
  return { rev, number, atMs: nanoseconds / 1e6, pending };
}
