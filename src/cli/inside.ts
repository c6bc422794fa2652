import type { Inside } from '../core/inside.ts';
import { statOf } from '../system/process.ts';
import { isKept } from '../system/process-keep.ts';
import { markOf } from '../system/process-marks.ts';
import { ownMark } from './own-mark.ts';

/** Longer lines of parents there are none. */
const MOST_PARENTS = 100;

/**
 * The run from inside which this command was called; null: from none, as far as can be seen. Its own mark tells, or that of a parent, where the
 * agent has cleared the variables. What a shared server has started (tmux) is the operator's.
 */
export function insideOf(env: NodeJS.ProcessEnv): Inside | null {
  const mark = ownMark(env) ?? parentsMark(process.ppid);
  return mark && { of: mark.of, run: mark.run, number: mark.number };
}

function parentsMark(first: number): ReturnType<typeof ownMark> {
  for (let pid = first, count = 0; pid > 1 && count < MOST_PARENTS; count++) {
    const stat = statOf(pid);
    if (stat === null || isKept({ comm: stat.comm, argv: [] })) return null;
    const mark = ownMark({ DOGWATCH_ATTEMPT: markOf(pid) ?? '' });
    if (mark !== null) return mark;
    pid = stat.ppid;
  }
  return null;
}
