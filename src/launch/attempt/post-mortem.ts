import { short } from '../../agents/lines/short.ts';
import type { AgentName, ProcessIdentity, Survivor } from '../../core/model/facts.ts';
import type { Attempt } from '../../core/model/run.ts';
import type { Exit } from '../../core/values/exit.ts';
import { isSame } from '../../core/values/process-identity.ts';
import { lastLines } from '../../logs/last-lines.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { isKept } from '../../system/process/keep.ts';
import { markedProcesses } from '../../system/process/marks.ts';
import { roleOf } from '../../system/process/role.ts';
import type { SeenProcess } from '../../system/process/seen-process.ts';
import { stage } from '../../system/stage.ts';
import type { TransientUnit } from '../../system/systemd/transient-unit.ts';
import { exitOfUnit } from '../../system/systemd/unit-exit.ts';
import { redact } from '../../system/text/redact.ts';
import { keepUnmarked, recallUnmarked } from './lost-marks.ts';
import { readExit } from './record.ts';
import { knownAttempt } from './record-cache.ts';

export interface EndedAttempt {
  readonly attempt: Attempt;
  readonly agent: AgentName;
  /** Null if dogwatch did not start it. */
  readonly files: AttemptFiles | null;
  /** The systemd unit whose main process was adopted, or null. */
  readonly unit: TransientUnit | null;
}

export interface PostMortem {
  readonly exit: Exit | null;
  readonly survivors: readonly Survivor[];
  /** The last line of its log that is meant for people, or null if there is none. */
  readonly lastLine?: string | null;
}

/**
 * How attempts ended whose main process has died, and which of their processes are still alive.
 * Scans the machine's processes once for all of them.
 */
export function examineEnds(deceased: readonly EndedAttempt[]): readonly PostMortem[] {
  const records = deceased.map(({ files }) => files && recordOf(files));
  stage('status');
  const marks = new Set(records.flatMap((record) => record?.mark ?? []));
  const living = marks.size > 0 ? markedProcesses(marks, 'urgent') : new Map<string, SeenProcess[]>();
  stage('survivors');
  return deceased.map(({ attempt, agent, unit, files }, index) => {
    const record = records[index] ?? null;
    if (files !== null) keepUnmarked(files, record?.mark ?? null);
    if (record === null) return { exit: attempt.agent && unit && exitOfUnit(unit, attempt.agent.pid), survivors: [] };
    const { shim, exit, mark, argv, agent: first } = record;
    const role = (one: SeenProcess) => roleOf({ sid: shim?.pid ?? 0, argv, agent }, one);
    const dead = [shim, attempt.agent].filter((one): one is ProcessIdentity => one !== null);
    const survivors = (living.get(mark ?? '') ?? [])
      .filter((one) => !isKept(one) && !dead.some((identity) => isSame(identity, one.identity)))
      // Oldest first: a child that has not called exec yet looks like its parent.
      .sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)
      .map((one) => ({ identity: one.identity, role: role(one), name: one.comm }));
    // The status is that of the command's first process: if another process has become the agent,
    // that was only a wrapper.
    const isAnother = attempt.agent !== null && (first === null || !isSame(attempt.agent, first));
    return { exit: isAnother ? null : exit, survivors, lastLine: files && lastLineOf(files.log) };
  });
}

/** What never changes of it is read once. */
function recordOf(files: AttemptFiles) {
  const known = knownAttempt(files);
  recallUnmarked(files, known.mark);
  return { ...known, exit: readExit(files) };
}

/** How much of the end of a log is searched for its last line. */
const TAIL_BYTES = 4096;

/** Output for programs (a line of JSON) means nothing to a person; the agent module reads it. */
function lastLineOf(log: string): string | null {
  const lines = lastLines(log, TAIL_BYTES).map((line) => short(redact(line, {})));
  return lines.findLast((line) => line !== '' && !/^[{[]/.test(line)) ?? null;
}
