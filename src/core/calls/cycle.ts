import type { Call, Called, Print, Returned } from './call.ts';

/** The longest cycle that is recognized, in calls. */
export const MAX_PERIOD = 8;
/** Calls without a result that are remembered; agents call few tools at the same time. */
const MAX_PENDING = 16;

/** A call with its result. */
interface Finished {
  readonly tool: string;
  readonly input?: string;
  /** Of its input and its result, or of both at once. */
  readonly prints: readonly Print[];
}

/** What is remembered of an attempt's calls, to recognize that they go in a circle. */
export interface Calls {
  readonly pending: readonly (Call & { readonly id: string })[];
  /** The last finished calls, oldest first. */
  readonly recent: readonly Finished[];
  /** For each period: how many calls in a row were the same as the call one period before. */
  readonly alike: readonly number[];
}

/** Calls that an agent makes again and again, with the same results. */
export interface Cycle {
  readonly calls: readonly Finished[];
  /** How often in a row all of them were made. */
  readonly times: number;
}

const NONE: Calls = { pending: [], recent: [], alike: [] };

/** Folds in a call or its result. A result whose call is unknown changes nothing. */
export function withCall(known: Calls = NONE, seen: Called | Returned): Calls {
  if (seen.kind === 'called') {
    const { kind: _, ...call } = seen;
    return { ...known, pending: [...known.pending.filter(({ id }) => id !== call.id), call].slice(-MAX_PENDING) };
  }
  if (seen.id === null) return withFinished(known, finished(seen, [seen]));
  const call = known.pending.find(({ id }) => id === seen.id);
  if (call === undefined) return known;
  return withFinished({ ...known, pending: known.pending.filter((one) => one !== call) }, finished(call, [call, seen]));
}

const finished = ({ tool, input }: Pick<Call, 'tool' | 'input'>, prints: readonly Print[]): Finished => ({
  tool,
  ...(input !== undefined && { input }),
  prints: prints.map(({ print, full }) => ({ print, ...(full !== undefined && { full }) })),
});

/**
 * True if both calls look the same, and nothing is known that differs. What cannot be compared
 * equals nothing.
 */
const isSame = (one: Finished, other: Finished): boolean =>
  one.prints.length === other.prints.length &&
  one.prints.every(({ print, full }, index) => {
    const there = other.prints[index];
    return print !== '' && print === there?.print && (full === undefined || there.full === undefined || full === there.full);
  });

function withFinished(known: Calls, call: Finished): Calls {
  const { recent } = known;
  const alike = Array.from({ length: MAX_PERIOD }, (_, index) => {
    const before = recent.at(-index - 1);
    return before !== undefined && isSame(before, call) ? (known.alike[index] ?? 0) + 1 : 0;
  });
  const input = call.input ?? recent.findLast((before) => isSame(before, call))?.input;
  return {
    ...known,
    recent: [...recent, finished({ ...call, ...(input !== undefined && { input }) }, call.prints)].slice(-MAX_PERIOD),
    alike,
  };
}

/** The shortest cycle that the last calls completed at least `least` times in a row, or null. */
export function cycleOf(known: Calls | undefined, least: number): Cycle | null {
  if (known === undefined || least <= 0) return null;
  for (const [index, alike] of known.alike.entries()) {
    const period = index + 1;
    const times = Math.floor(alike / period) + 1;
    if (alike > 0 && times >= least) return { calls: known.recent.slice(-period), times };
  }
  return null;
}

const MAX_NAMED = 3;

/** The cycle for people and for the agent. */
export function cycleInWords({ calls, times }: Cycle): string {
  const [first] = calls;
  if (first !== undefined && calls.length === 1)
    return `it made the same call ${times} times in a row, with the same result: ${named(first)}`;
  const more = calls.length - MAX_NAMED;
  const names = [...calls.slice(0, MAX_NAMED).map(named), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `it made the same ${calls.length} calls ${times} times in a row, with the same results: ${names}`;
}

const named = ({ tool, input }: Finished): string => (input === undefined ? tool : `${tool} ${input}`);
