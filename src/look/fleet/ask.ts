import { errorMessage } from '../../core/values/error-message.ts';
import { StoreError } from '../../store/directory/error.ts';
import { sinceBootMs } from '../../system/process/process.ts';
import type { SshHost } from '../../system/ssh/hosts.ts';
import { runOverSsh } from '../../system/ssh/run.ts';
import { redactor, type Variables } from '../../system/text/redact.ts';
import { sanitizeForLine } from '../../system/text/sanitize.ts';
import { span } from '../../view/clock.ts';
import type { Heard, Silence } from '../../view/fleet/model.ts';
import type { View } from '../../view/model.ts';
import { farErrorIn, tooNew, unreadableHere } from './errors.ts';
import { objectIn } from './found.ts';
import { REMOTE_COMMAND, silenceOf } from './silence.ts';
import { isStatus, newerVersion, understood } from './understood.ts';

/** The state of some thousand runs; more is not a status. */
const MOST_BYTES = 16 * 2 ** 20;
/** No secret is shorter (`redact`). */
const SHORTEST_SECRET = 8;

export interface Asking {
  readonly environment: Variables;
  readonly deadlineMs: number;
  readonly mostBytes?: number;
  /** Reads the state of this machine. Throws StoreError. */
  readonly here: () => Promise<View>;
}

/** What a host answered, or why it did not. */
export type Reply = { readonly heard: Heard } | { readonly silence: Silence };

/** This machine has no ssh. */
export class NoSsh extends Error {}

/** What comes before a command to type for a host: nothing on this machine. */
export const prefixFor = ({ words }: SshHost): string => (words === null ? '' : ['ssh', ...words].join(' '));

/** Asks a host for its state. Throws NoSsh. */
export async function ask(host: SshHost, asking: Asking): Promise<Reply> {
  const { environment, deadlineMs, mostBytes = MOST_BYTES, here } = asking;
  const began = sinceBootMs();
  const when = (atMs: number): Pick<Heard, 'atMs' | 'tookMs'> => ({ atMs, tookMs: atMs - began });
  const { words } = host;
  if (words === null) return ofThisMachine(here, when);
  const outcome = await runOverSsh({ words, command: REMOTE_COMMAND, environment, deadlineMs, mostBytes });
  if (outcome.kind === 'no-ssh') throw new NoSsh();
  const redacted = redactor(environment);
  const clean = (text: string) => sanitizeForLine(text.length < SHORTEST_SECRET ? text : redacted(text));
  const reply = outcome.kind === 'exited' ? replyIn(outcome.output, clean, when(outcome.outputAtMs)) : null;
  return reply ?? { silence: cleaned(silenceOf(outcome, prefixFor(host), span(deadlineMs)), clean) };
}

async function ofThisMachine(here: Asking['here'], when: (atMs: number) => Pick<Heard, 'atMs' | 'tookMs'>): Promise<Reply> {
  try {
    const view = await here();
    return { heard: { view, offsetMs: 0, ...when(sinceBootMs()) } };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { silence: unreadableHere(errorMessage(error)) };
  }
}

/** Null if this output has neither a status nor an error of dogwatch. */
function replyIn(output: string, clean: (text: string) => string, when: Pick<Heard, 'atMs' | 'tookMs'>): Reply | null {
  const value = objectIn(output, (one) => isStatus(one) || farErrorIn(one) !== null);
  if (value === null) return null;
  const error = isStatus(value) ? null : farErrorIn(value);
  if (error !== null) return { silence: cleaned(error, clean) };
  const version = newerVersion(value);
  if (version !== null) return { silence: tooNew(version) };
  const nowWall = Date.now() - (sinceBootMs() - when.atMs);
  try {
    const { view, hasClock } = understood(value, clean, nowWall);
    return { heard: { ...when, view, offsetMs: hasClock ? Math.round(Date.parse(view.at) - nowWall) : null } };
  } catch {
    // It is nested deeper than any status.
    return null;
  }
}

const cleaned = ({ kind, message, expected, got, do: what }: Silence, clean: (text: string) => string): Silence => ({
  kind,
  message: clean(message),
  expected: clean(expected),
  got: clean(got),
  do: clean(what),
});
