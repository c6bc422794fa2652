import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Agent, Interpreter } from '../agents/contract/agent.ts';
import { agentFor } from '../agents/registry.ts';
import { timeZone } from '../agents/time-zone.ts';
import type { Action, Outcome, Signal } from '../core/model/facts.ts';
import type { Recovery, Refused } from '../core/model/recovery.ts';
import type { Run } from '../core/model/run.ts';
import type { Amounts } from '../core/spend/amount.ts';
import type { Rates } from '../core/spend/rates.ts';
import { recalledAttempt } from '../launch/attempt/lost-marks.ts';
import { claimForNobody, readAttempt, readClaimed } from '../launch/attempt/record.ts';
import { launchAttempt } from '../launch/launch.ts';
import { launcherFor } from '../launch/launchers/choose.ts';
import { lastLines } from '../logs/last-lines.ts';
import { pricesFor } from '../prices/list.ts';
import { spentBy } from '../prices/spent-by.ts';
import { type AttemptFiles, type Layout, recoveryFiles } from '../store/directory/layout.ts';
import { type Environment, readEnvironment } from '../store/environment.ts';
import { bootId } from '../system/process/process.ts';
import { readUnit } from '../system/systemd/transient-unit.ts';
import { endAttempt } from './end-attempt.ts';
import { endOfAttempt } from './end-run-attempt.ts';
import { recoveryDigest } from './recovery-digest.ts';
import { lastingStraysOf, occupiedBy } from './strays.ts';

type Act<Kind extends Action['kind']> = Action & { readonly kind: Kind };

/** How much of the end of a recovery agent's log is read. */
const TAIL_BYTES = 256 * 1024;

/** The operator defined no signs for a recovery agent. */
const NOTHING_SAID = {
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
  patterns: [],
  sessionPattern: null,
};

/**
 * Starts a recovery agent once nothing of the run's last attempt is left, with a digest on stdin,
 * its own mark and its own directory. Never starts it twice.
 */
export async function startRecovery(action: Act<'recover'>, run: Run, layout: Layout): Promise<Outcome> {
  const recovery = recoveryOf(action, run);
  const left = await endOfAttempt(run, layout, action.attempt);
  if (left.kind === 'end-failed') return { kind: 'recovery-failed', because: left.because };
  const strays = await lastingStraysOf(run, layout);
  if (strays.length > 0) return { kind: 'recovery-failed', because: occupiedBy(strays) };
  const files = recoveryFiles(layout, run.id, action.recovery);
  const environment = readEnvironment(layout, run.spec.environmentFile);
  const digest = await recoveryDigest(run, recovery, layout, environment);
  const planned = {
    run: run.id,
    runName: run.name,
    attempt: action.recovery,
    argv: recovery.spec.command,
    stdin: digest,
    cwd: run.spec.cwd,
    umask: run.spec.umask,
    environment: { ...environment, DOGWATCH_PROMPT: digest },
    files,
    aliveFifo: join(files.directory, 'alive'),
    mark: `${run.id}/recovery-${action.recovery}/${randomBytes(12).toString('hex')}`,
    extraPath: layout.bin,
    stateDir: layout.stateDir,
    limits: run.spec.limits,
  };
  const outcome = await launchAttempt(planned, launcherFor(run.spec).launcher);
  switch (outcome.kind) {
    case 'started':
      return { kind: 'recovery-started', shim: outcome.shim };
    case 'claimed':
      return begunBefore(files);
    case 'failed':
      return { kind: 'recovery-failed', because: outcome.because };
  }
}

/**
 * Finds out what became of a start that an earlier watchdog decided: it is taken over, or cannot
 * happen any more.
 */
export async function recoveryStartedBefore(action: Act<'recover'>, run: Run, layout: Layout): Promise<Outcome> {
  const files = recoveryFiles(layout, run.id, action.recovery);
  if (!readAttempt(files).claimed && claimForNobody(files))
    return { kind: 'abandoned', because: `recovery agent ${action.recovery} was decided, but dogwatch ended before it could start it` };
  return begunBefore(files);
}

async function begunBefore(files: AttemptFiles): Promise<Outcome> {
  const { shim } = await readClaimed(files);
  if (shim?.bootId === bootId()) return { kind: 'recovery-started', shim };
  return { kind: 'abandoned', because: shim === null ? 'it was given up while starting' : 'the host was rebooted since' };
}

/** Ends every process of a recovery agent, proves it, and then checks what may have stopped it. */
export async function endRecovery(action: Act<'end-recovery'>, run: Run, layout: Layout, rates: Rates): Promise<Outcome> {
  const { spec } = recoveryOf(action, run);
  const files = recoveryFiles(layout, run.id, action.recovery);
  const { mark, shim, agent } = recalledAttempt(files);
  const { kind, because } = await endAttempt({
    mark,
    shim,
    agent,
    unit: readUnit(files.unit),
    graceMs: run.spec.policy.graceMs,
    cwd: run.spec.cwd,
  });
  if (kind === 'end-failed') return { kind: 'recovery-end-failed', because };
  await pricesFor({ spec });
  return {
    kind: 'recovery-ended',
    refused: refusalOf(spec, files, () => readEnvironment(layout, run.spec.environmentFile)),
    because,
    spent: usedBy(spec, files, rates),
  };
}

/** What the recovery agent of a run has used so far. */
export async function recoveryCounted(
  { id, recovery }: Run,
  layout: Layout,
  rates: Rates,
): Promise<{ readonly recovery: number; readonly amounts: Amounts | null }> {
  if (recovery === null) return { recovery: 0, amounts: null };
  await pricesFor(recovery);
  return { recovery: recovery.number, amounts: usedBy(recovery.spec, recoveryFiles(layout, id, recovery.number), rates) };
}

const usedBy = (spec: Recovery['spec'], { log }: AttemptFiles, rates: Rates): Amounts | null =>
  spentBy(log, { interpreter: ownOutput(spec), model: spec.model, rates });

/** Usage needs neither a time zone nor a session. */
const ownOutput = ({ agent, command }: Recovery['spec']): Interpreter =>
  agentFor(agent).interpreter({ command, ...NOTHING_SAID }, { atWall: () => Date.now(), zone: 'UTC', session: () => null });

/** An unreadable log refused nothing: that the agent is gone is proven. */
function refusalOf({ agent, command }: Recovery['spec'], files: AttemptFiles, environment: () => Environment): Refused | null {
  try {
    return refusedOf(agentFor(agent), command, files, environment());
  } catch {
    return null;
  }
}

/**
 * Returns the refusal that a recovery agent's logs end with, or null if it worked after it or was
 * never refused.
 */
function refusedOf(agent: Agent, command: readonly string[], { log }: AttemptFiles, environment: Environment): Refused | null {
  const reading = { command, ...NOTHING_SAID };
  const context = { atWall: () => Date.now(), zone: timeZone(environment.TZ) };
  const said = agent.interpreter(reading, { ...context, session: () => null }).read(lastLines(log, TAIL_BYTES));
  const session = said.find(({ kind }) => kind === 'session');
  const id = session?.kind === 'session' ? session.id : null;
  const own = agent.ownLogInterpreter(reading, { ...context, session: () => id });
  const noted = id === null ? [] : agent.ownLogs(environment).flatMap((path) => own.read(lastLines(path, TAIL_BYTES)));
  return lastRefusal(said) ?? lastRefusal(noted);
}

const lastRefusal = (signals: readonly Signal[]): Refused | null =>
  signals.reduce<Refused | null>((refused, signal) => {
    if (signal.kind === 'limit') return signal;
    if (signal.kind === 'auth') return { kind: 'auth', text: signal.text };
    return signal.kind === 'tool' || (signal.kind === 'turn' && signal.well) ? null : refused;
  }, null);

function recoveryOf({ recovery: number }: { readonly recovery: number }, { recovery }: Run): Recovery {
  if (recovery?.number !== number) throw new Error(`recovery ${number} is not the run's present one`);
  return recovery;
}
