import { type Environ, environOf } from './environ.ts';

/**
 * The variable that every process of an attempt inherits. Its value, the mark, is `<run
 * id>/<attempt>/<token>`.
 */
export const MARK_VARIABLE = 'DOGWATCH_ATTEMPT';
/** The state directory of its run. */
const STATE_VARIABLE = 'DOGWATCH_STATE_DIR';

/** What a process's environment says about its attempt. */
export interface Marked {
  /** Its attempt, or null if it carries no mark, or none that can be read. */
  readonly mark: string | null;
  /**
   * The state directory beside the mark, or null if there was none. Both come from one read: a
   * process that exits or calls exec has an empty environment for a moment.
   */
  readonly stateOf: string | null;
  /**
   * Whether its mark is unreadable. `ours`: the process is this user's but cannot be read
   * (capabilities, set-uid, not dumpable), so whether it carries a mark is unknown.
   */
  readonly hidden: 'no' | 'ours' | 'of-others';
}

/** A variable of a process, or null if it is not set or may not be read. */
export function variableOf(pid: number, name: string): string | null {
  const environ = environOf(pid);
  return environ.kind === 'read' ? valueIn(environ.variables, Buffer.from(`${name}=`)) : null;
}

const NEEDLE = Buffer.from(`${MARK_VARIABLE}=`);
const STATE_NEEDLE = Buffer.from(`${STATE_VARIABLE}=`);

export function markIn(environ: Environ): Marked {
  if (environ.kind === 'read') {
    const mark = valueIn(environ.variables, NEEDLE);
    return { mark, stateOf: mark === null ? null : valueIn(environ.variables, STATE_NEEDLE), hidden: 'no' };
  }
  return { mark: null, stateOf: null, hidden: environ.kind === 'gone' ? 'no' : environ.kind };
}

/** What could once be read stays true for the same process. */
export const withMemory = (now: Marked, before: Marked | undefined): Marked =>
  now.hidden === 'no' || before === undefined || before.mark === null ? now : { ...now, mark: before.mark, stateOf: before.stateOf };

function valueIn(variables: Buffer, needle: Buffer): string | null {
  let at = variables.indexOf(needle);
  while (at > 0 && variables[at - 1] !== 0) at = variables.indexOf(needle, at + 1);
  if (at < 0) return null;
  const end = variables.indexOf(0, at);
  return variables.toString('utf8', at + needle.length, end < 0 ? variables.length : end);
}
