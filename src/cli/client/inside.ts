import type { Inside } from '../../core/model/inside.ts';
import { isKept } from '../../system/process/keep.ts';
import { MARK_VARIABLE, variableOf } from '../../system/process/mark-in-environ.ts';
import { statOf } from '../../system/process/process.ts';
import { type OwnMark, ownMark } from './own-mark.ts';

/** Longer lines of parents there are none. */
const MOST_PARENTS = 100;

/** The run from inside which a command was called. */
interface Caller {
  readonly mark: OwnMark;
  /** Where the state of its dogwatch lies, where that was read with the mark; null: this process's own variables say it. */
  readonly stateDir: string | null;
}

/**
 * Null: it was called from inside no run, as far as can be seen. Its own mark tells, or that of a parent, where the agent has cleared the
 * variables. What a shared server has started (tmux) is the operator's.
 */
export function callerOf(env: NodeJS.ProcessEnv): Caller | null {
  const mark = ownMark(env);
  return mark === null ? byParents(process.ppid) : { mark, stateDir: null };
}

/** The same, as it is told to the watchdog. */
export function insideOf(env: NodeJS.ProcessEnv): Inside | null {
  const { mark } = callerOf(env) ?? {};
  return mark === undefined ? null : { of: mark.of, run: mark.run, number: mark.number };
}

function byParents(first: number): Caller | null {
  for (let pid = first, count = 0; pid > 1 && count < MOST_PARENTS; count++) {
    const stat = statOf(pid);
    if (stat === null || isKept({ comm: stat.comm, argv: [] })) return null;
    const mark = ownMark({ DOGWATCH_ATTEMPT: variableOf(pid, MARK_VARIABLE) ?? '' });
    if (mark !== null) return { mark, stateDir: variableOf(pid, 'DOGWATCH_STATE_DIR') };
    pid = stat.ppid;
  }
  return null;
}
