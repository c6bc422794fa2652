import { JOB } from '../jobs/subject.ts';
import type { Request } from './held-model.ts';
import { FINAL, type Letter, RESUMED, seenOf, WARNED } from './mind.ts';
import { PART } from './scene.ts';

/** What a resume kept, lost, repeated and took. */
export interface Measured {
  readonly died: string;
  readonly remark: string | null;
  /** Names of the processes that the agent left running, which dogwatch ended. */
  readonly left: readonly string[];
  readonly modes: readonly ('resume' | 'start' | 'fresh')[];
  readonly session: 'same' | 'another' | 'unknown';
  /** What the agent knew when it died, and its model does not see any more. */
  readonly lost: readonly string[];
  readonly turnsLost: number;
  /** What the model sees of the last step, without the prompt. */
  readonly seen: 'result' | 'call' | 'nothing';
  /** The prompt names the call. */
  readonly named: boolean;
  /** The prompt says that the last steps may be missing. Absent: no. */
  readonly warned?: true;
  /** Effects when it died, and in the end. */
  readonly atDeath: Partial<Record<Letter, number>>;
  readonly effects: Partial<Record<Letter, number>>;
  /** The most messages in a request before, and those in the first one after. */
  readonly messages: readonly [before: number, after: number];
  /** Tokens of the first request after, and those of them that no cache has. */
  readonly tokens: number;
  readonly uncached: number;
  /** How many resumes ended well without a question to the model. */
  readonly silent: number;
  readonly secondEnd: string;
  readonly firstRequestMs: number | null;
}

export interface Played {
  readonly letters: readonly Letter[];
  readonly before: readonly Request[];
  readonly after: readonly Request[];
  readonly received: readonly string[];
  readonly atDeath: Measured['atDeath'];
  readonly effects: Measured['effects'];
  readonly sessions: readonly [before: string | null, after: string | null];
  readonly modes: Measured['modes'];
  readonly silent: number;
  /** The prompt of the resume. */
  readonly prompt: string;
  readonly died: string;
  readonly remark: string | null;
  readonly left: readonly string[];
  readonly second: { readonly startedMs: number; readonly end: string };
}

/** A token is taken as this many bytes. */
const BYTES_PER_TOKEN = 4;

const isOfJob = ({ isTurn, messages }: Request): boolean => isTurn && messages.some((one) => one.includes(JOB) || one.includes(RESUMED));

export function measured(played: Played): Measured {
  const { letters, before, after, sessions, modes, died, remark, left, atDeath, effects, second } = played;
  const last = before.findLast(isOfJob);
  const first = after.find(isOfJob);
  const isPrompt = (message: string): boolean => message.includes(RESUMED);
  // It may be a part of a message that has the task as well.
  const escaped = JSON.stringify(played.prompt).slice(1, -1);
  const kept = (first?.messages ?? [])
    .map((one) => one.replaceAll(escaped, ''))
    .filter((one) => !isPrompt(one))
    .join('\n');
  const known = [...new Set([...traces(letters, (last?.messages ?? []).join('\n')), ...played.received])];
  const present = traces(letters, kept);
  const lost = first === undefined ? known : known.filter((one) => !present.includes(one));
  const total = bytes(first?.text ?? '');
  const shared = first === undefined ? 0 : Math.max(0, ...before.filter(isOfJob).map(({ text }) => sharedPrefix(text, first.text)));
  const target = letters.at(-1) ?? 'A';
  return {
    died,
    remark,
    left,
    modes,
    session: sessionAfter(sessions, last, first),
    lost,
    turnsLost: lost.filter((one) => one.startsWith('call') || one === 'final').length,
    seen: seenOf(target, kept),
    named: first !== undefined && seenOf(target, played.prompt) === 'call',
    ...(first?.messages.some((one) => one.includes(WARNED)) === true && { warned: true }),
    atDeath,
    effects,
    // Two requests may be under way at once.
    messages: [Math.max(0, ...before.filter(isOfJob).map((one) => one.messages.length)), first?.messages.length ?? 0],
    tokens: Math.round(total / BYTES_PER_TOKEN),
    uncached: Math.round((total - shared) / BYTES_PER_TOKEN),
    silent: played.silent,
    secondEnd: second.end,
    firstRequestMs: first === undefined ? null : Math.round(first.atMs - second.startedMs),
  };
}

function sessionAfter(sessions: Played['sessions'], last: Request | undefined, first: Request | undefined): Measured['session'] {
  const [before, after] = [last?.session ?? sessions[0], first?.session ?? sessions[1]];
  if (before === null || after === null) return 'unknown';
  return before === after ? 'same' : 'another';
}

/** What a conversation has of the job. */
const traces = (letters: readonly Letter[], history: string): readonly string[] => [
  ...(history.includes(JOB) ? ['the task'] : []),
  ...letters.flatMap((letter) => {
    const seen = seenOf(letter, history);
    const isCalled = seen === 'call' || history.includes(letter === 'S' ? 'SUBTASK' : `echo ${letter} >>`);
    return [...(isCalled ? [`call ${letter}`] : []), ...(seen === 'result' ? [`result ${letter}`] : [])];
  }),
  ...(history.includes(PART) ? ['part'] : []),
  ...(history.includes(FINAL) ? ['final'] : []),
];

const bytes = (text: string): number => Buffer.byteLength(text);

function sharedPrefix(one: string, other: string): number {
  let length = 0;
  const end = Math.min(one.length, other.length);
  while (length < end && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return bytes(one.slice(0, length));
}
