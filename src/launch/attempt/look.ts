import type { ProcessIdentity, Vitals } from '../../core/model/facts.ts';
import type { Run } from '../../core/model/run.ts';
import { fingerprint } from '../../core/values/fingerprint.ts';
import { isSame } from '../../core/values/process-identity.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { isKept } from '../../system/process/keep.ts';
import { allProcesses, closer, markedProcesses, seen } from '../../system/process/marks.ts';
import { descendants } from '../../system/process/members.ts';
import { startedMono } from '../../system/process/process.ts';
import { agentProgram, isOwnDaemon, isShell, type LaunchedAttempt, roleOf } from '../../system/process/role.ts';
import type { LivingProcess, SeenProcess } from '../../system/process/seen-process.ts';
import { readUnit } from '../../system/systemd/transient-unit.ts';
import { memoryOf } from '../../system/systemd/unit-memory.ts';
import { keepUnmarked, recallUnmarked } from './lost-marks.ts';
import type { AttemptRecord } from './record.ts';
import { knownAttempt } from './record-cache.ts';

/** What the processes themselves show. */
export type SeenVitals = Omit<Vitals, 'wroteWall'>;

/**
 * The vitals of living attempts by run id, from one scan of the machine's processes. `files`
 * returns null for an attempt that dogwatch did not start: its processes are the adopted one and
 * its descendants. An attempt without a living process has no vitals.
 */
export function lookAtAttempts(runs: readonly Run[], files: (run: Run) => AttemptFiles | null): ReadonlyMap<string, SeenVitals> {
  const records = runs.map((run) => {
    const ours = files(run);
    const record = ours && knownAttempt(ours);
    if (ours !== null) recallUnmarked(ours, record?.mark ?? null);
    return { run, ours, record };
  });
  const marks = new Set(records.flatMap(({ record }) => record?.mark ?? []));
  const sight: Sight = { marked: markedProcesses(marks), all: records.some(({ record }) => record === null) ? allProcesses() : [] };
  const found = new Map<string, SeenVitals>();
  for (const { run, ours, record } of records) {
    if (ours !== null) keepUnmarked(ours, record?.mark ?? null);
    const attempt = attemptOf(run, record, sight);
    if (attempt.processes.length > 0) found.set(run.id, { ...vitalsOf(attempt), ...memoryIn(attempt, ours) });
  }
  return found;
}

/** The memory of its unit, or nothing if it has no unit, or none that can be read. */
function memoryIn({ processes: [one] }: LookedAt, ours: AttemptFiles | null): Pick<SeenVitals, 'memory'> {
  const unit = ours === null ? null : readUnit(ours.unit);
  return unit === null || one === undefined ? {} : { memory: memoryOf(unit, one.identity.pid) };
}

interface Sight {
  readonly marked: ReadonlyMap<string, readonly SeenProcess[]>;
  readonly all: readonly LivingProcess[];
}

interface LookedAt extends LaunchedAttempt {
  readonly processes: readonly SeenProcess[];
  /** Its main process. */
  readonly main: SeenProcess | null;
}

function attemptOf({ attempt, spec }: Run, record: Omit<AttemptRecord, 'exit'> | null, { marked, all }: Sight): LookedAt {
  const shim = attempt?.shim ?? record?.shim ?? null;
  const agent = attempt?.agent ?? record?.agent ?? null;
  const family = record === null ? descendants(all, agent, []).map(closer) : withFirst(marked.get(record.mark ?? '') ?? [], agent);
  const processes = family.filter((one) => !isKept(one) && !(shim && isSame(shim, one.identity)));
  const main = processes.find(({ identity }) => agent !== null && isSame(identity, agent)) ?? null;
  return { processes, main, sid: shim?.pid ?? main?.sid ?? 0, argv: record?.argv ?? spec.command, agent: spec.agent };
}

/** The main process belongs to the attempt whatever it hides: it is identified by its identity. */
function withFirst(marked: readonly SeenProcess[], agent: ProcessIdentity | null): readonly SeenProcess[] {
  if (agent === null || marked.some(({ identity }) => isSame(identity, agent))) return marked;
  const main = seen(agent);
  return main === null ? marked : [...marked, main];
}

function vitalsOf({ processes, ...attempt }: LookedAt): SeenVitals {
  const cpuMs = processes.reduce((sum, one) => sum + one.cpuMs, 0);
  const [oldest] = processes.filter((one) => isTool(one, attempt)).sort((a, b) => a.startTicks - b.startTicks);
  const agentSeen = attempt.agent === 'generic' ? (processes.map(agentProgram).find((name) => name !== null) ?? null) : null;
  const seen = agentSeen === null ? { cpuMs } : { cpuMs, agentSeen };
  if (oldest === undefined) return { ...seen, tool: null };
  return { ...seen, tool: { key: fingerprint(oldest.argv.join('\0')), name: oldest.comm, sinceMono: startedMono(oldest.startTicks) } };
}

/**
 * Whether a process shows that its attempt is busy. Known agents run their tools in separate
 * sessions; what they start in their own session are helpers (MCP and language servers) that live
 * as long as they do, except for shells. Any other command is busy with whatever it has started: in
 * doubt a run is busy, and left alone.
 */
function isTool(one: SeenProcess, attempt: Omit<LookedAt, 'processes'>): boolean {
  if (one === attempt.main || roleOf(attempt, one) === 'agent' || isOwnDaemon(attempt.agent, one)) return false;
  return attempt.agent === 'generic' || one.sid !== attempt.sid || isShell(one.argv);
}
