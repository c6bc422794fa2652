import { setTimeout } from 'node:timers/promises';
import type { SshHost } from '../../system/ssh/hosts.ts';
import type { HostKnown } from '../../view/fleet/model.ts';
import { prefixFor, type Reply } from './ask.ts';

/** How many hosts are asked at once: a jump host accepts ten (MaxStartups, MaxSessions). */
const AT_ONCE = 8;
/** A host that refuses the login may ban who asks too often (fail2ban), in ms. */
const REFUSED_MS = 300_000;

export type Ask = (host: SshHost) => Promise<Reply>;

/** Nothing is known of these hosts yet. `nameHere` is what this machine is called. */
export function unasked(hosts: readonly SshHost[], nameHere: string): HostKnown[] {
  const names = hosts.map(({ name, words }) => (words === null ? nameHere : name));
  return hosts.map((host, index) => {
    const { given } = host;
    const name = names[index] ?? given;
    const isUnique = names.filter((one) => one === name).length === 1;
    return { given, name: isUnique ? name : given, prefix: prefixFor(host), silence: null, heard: null };
  });
}

/** What is known after a reply: silence keeps the last answer. */
export const after = (known: HostKnown, reply: Reply): HostKnown =>
  'heard' in reply ? { ...known, silence: null, heard: reply.heard } : { ...known, silence: reply.silence };

/** Asks each host once. */
export async function askAll(hosts: readonly SshHost[], known: readonly HostKnown[], ask: Ask): Promise<readonly HostKnown[]> {
  const inTurn = atMost(AT_ONCE);
  return Promise.all(hosts.map(async (host, index) => after(known[index] as HostKnown, await inTurn(() => ask(host)))));
}

export interface Asking {
  readonly ask: Ask;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Called after each reply, with what is known of all. */
  readonly changed: (known: readonly HostKnown[]) => void;
  /** Resolves after this time, or at the end. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Asks each host again and again, `everyMs` after its last reply. Ends with `signal`, or throws
 * what `ask` throws.
 */
export async function keepAsking(hosts: readonly SshHost[], first: readonly HostKnown[], asking: Asking): Promise<void> {
  const { ask, everyMs, signal, changed, pause = paused } = asking;
  const inTurn = atMost(AT_ONCE);
  const known = [...first];
  const follow = async (host: SshHost, index: number) => {
    while (!signal.aborted) {
      const reply = await inTurn(() => ask(host));
      if (signal.aborted) return;
      known[index] = after(known[index] as HostKnown, reply);
      changed([...known]);
      const isRefused = 'silence' in reply && reply.silence.kind === 'refused';
      await pause(isRefused ? Math.max(everyMs, REFUSED_MS) : everyMs, signal);
    }
  };
  await Promise.all(hosts.map(follow));
}

const paused = (ms: number, signal: AbortSignal): Promise<unknown> => setTimeout(ms, undefined, { signal }).catch(() => {});

/** Runs jobs, this many at once; the others wait in their order. */
function atMost(most: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
