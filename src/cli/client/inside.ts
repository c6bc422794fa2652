import type { Inside } from '../../core/model/inside.ts';
import { isKept } from '../../system/process/keep.ts';
import { MARK_VARIABLE, variableOf } from '../../system/process/mark-in-environ.ts';
import { statOf } from '../../system/process/process.ts';
import { type OwnMark, ownMark } from './own-mark.ts';

/** How many ancestors are examined at most. */
const MOST_PARENTS = 100;

/** The run that a command was called from. */
interface Caller {
  readonly mark: OwnMark;
  /**
   * The run's state directory if it was read along with the mark, or null if this process's own
   * variables name it.
   */
  readonly stateDir: string | null;
}

/**
 * Returns the run that this command was called from, or null if it was called from none, as far as
 * can be determined. Its own mark tells, or if the agent has cleared its variables, that of an
 * ancestor. Processes started by a shared server (tmux) are the operator's.
 */
export function callerOf(env: NodeJS.ProcessEnv): Caller | null {
  const mark = ownMark(env);
  return mark === null ? byParents(process.ppid) : { mark, stateDir: null };
}

/** The same, in the form that requests to the watchdog contain. */
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
