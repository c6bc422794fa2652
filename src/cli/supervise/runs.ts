import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../core/model/run.ts';
import { hindered, type SupervisionVerdict, supervisionVerdict, type WatchdogCondition } from '../../core/report/supervision.ts';
import { recoveryCommandOf } from '../../settings/recovery.ts';
import type { Settings } from '../../settings/settings.ts';
import { StoreError } from '../../store/directory/error.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { lockGate } from '../../store/lease/gate-lock.ts';
import { withReader } from '../../store/with-reader.ts';
import { instant } from '../../system/process/clock.ts';
import { sanitizeForLine, sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { WatchdogProcess } from '../client/start-watchdog.ts';
import { conditionOf, leaseHolder } from '../client/watchdog.ts';
import { jsonText } from '../terminal/json.ts';
import { EXIT_TEMPORARY, Problem } from '../terminal/problem.ts';
import { table } from '../terminal/table.ts';
import { tell } from '../terminal/tell.ts';

/** Starts recovery agents for runs that the watchdog has handed off. */
export interface Recovery {
  /**
   * Starts the agent, or notifies a person if it cannot be started. Returns a sentence about the
   * result, even if it fails.
   */
  readonly recover: (run: Run) => Promise<string>;
  /** Returns why the agent cannot be started, or null if it can be. */
  readonly whyNot: (run: Run) => Promise<string | null>;
}

type GateSettings = Pick<Settings, 'supervise' | 'enabled' | 'leaseTimeoutMs'> & Parameters<typeof recoveryCommandOf>[0];

interface Looked {
  readonly watchdog: WatchdogCondition;
  readonly judged: readonly (SupervisionVerdict & { readonly run: Run })[];
}

/**
 * Judges all runs once, prints a verdict for each, and acts on the verdicts unless `dryRun` or
 * switched off. Throws Problem or StoreError.
 */
export async function superviseRuns(
  layout: Layout,
  settings: GateSettings,
  { dryRun = false, json = false }: SuperviseOptions,
  recovery: Recovery,
): Promise<void> {
  const switchedOff = offBecause(settings);
  if (switchedOff !== null) tell(`${switchedOff}: showing the verdicts without acting on them`);
  if (dryRun || switchedOff !== null) return show(await look(layout, settings, recovery), json);
  try {
    await lookAndAct(layout, settings, json, recovery);
  } catch (error) {
    // On a full disk, the state may not be readable or lockable until a watchdog has released its
    // ballast, and only a watchdog repairs a damaged database.
    if (!(error instanceof StoreError && WATCHDOG_HELPS.includes(error.kind))) throw error;
    tell(`${error.message}. Starting a watchdog`);
    await startWatchdog(layout, settings);
    await lookAndAct(layout, settings, json, recovery);
  }
}

const WATCHDOG_HELPS: readonly StoreError['kind'][] = ['full', 'corrupt'];

function offBecause({ supervise, enabled }: GateSettings): string | null {
  if (!supervise) return 'DOGWATCH_SUPERVISE=0';
  return enabled ? null : 'DOGWATCH_ENABLED=0';
}

async function lookAndAct(layout: Layout, settings: GateSettings, json: boolean, recovery: Recovery): Promise<void> {
  const seen = await look(layout, settings, recovery);
  if (seen.judged.every(({ verdict }) => verdict === 'nothing' || verdict === 'defer')) return show(seen, json);
  const lock = lockGate(layout);
  if (lock === null) {
    show(seen, json);
    return tell('another `dogwatch supervise` is running: leaving the work to it');
  }
  try {
    // Look again: another supervise may have acted in the meantime.
    const looked = await look(layout, settings, recovery);
    if (!json) printVerdicts(looked);
    const done = await act(layout, settings, looked, recovery);
    if (json) printJson(looked, done);
  } finally {
    lock.release();
  }
}

async function look(layout: Layout, settings: GateSettings, { whyNot }: Recovery): Promise<Looked> {
  const { watchdog, judged } = judge(layout, settings);
  const announced = judged.map(async (one) => {
    const why = one.verdict === 'recover' ? await whyNot(one.run) : null;
    return why === null ? one : { ...one, ...hindered(one, why) };
  });
  return { watchdog, judged: await Promise.all(announced) };
}

function judge(layout: Layout, settings: GateSettings): Looked {
  const recovers = recoveryCommandOf(settings) !== null;
  return withReader(layout, (reader) => {
    const watchdog = conditionOf(layout, reader.lease(), settings.leaseTimeoutMs);
    const at = instant();
    return { watchdog, judged: reader.runs().map((run) => ({ run, ...supervisionVerdict(run, watchdog, at, recovers) })) };
  });
}

/**
 * Acts on the verdicts, starting with the cheapest remedy, a watchdog. Returns the result for each
 * run that was acted on.
 */
async function act(layout: Layout, settings: GateSettings, { watchdog, judged }: Looked, { recover }: Recovery): Promise<Map<Run, string>> {
  const done = new Map<Run, string>();
  const asks = ({ verdict }: SupervisionVerdict) => verdict === 'recover' || verdict === 'escalate';
  const lacksWatchdog = (one: SupervisionVerdict) => one.verdict === 'start-watchdog' || (asks(one) && watchdog === 'none');
  if (judged.some(lacksWatchdog)) {
    const words = `a watchdog was started (process ${await startWatchdog(layout, settings)})`;
    tell(words);
    for (const { run, verdict } of judged) if (verdict === 'start-watchdog') done.set(run, words);
  }
  for (const { run } of judged.filter(asks)) {
    const words = await recover(run);
    tell(`${run.name}: ${words}`);
    done.set(run, words);
  }
  return done;
}

/**
 * How long a watchdog may take to start: it may have to check a stopped one twice, and wait for it
 * to die.
 */
const START_MS = 30_000;
const LOOK_EVERY_MS = 25;

/**
 * Starts a watchdog and returns the pid of the one that is then running. Throws a Problem if there
 * is none in time.
 */
async function startWatchdog(layout: Layout, { leaseTimeoutMs }: GateSettings): Promise<number> {
  const watchdog = new WatchdogProcess(layout, process.env);
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += LOOK_EVERY_MS) {
    const holder = leaseHolder(layout);
    if (holder !== null && conditionOf(layout, holder, leaseTimeoutMs) === 'alive') return holder.pid;
    watchdog.ensure(holder);
    await setTimeout(LOOK_EVERY_MS);
  }
  throw new Problem(EXIT_TEMPORARY, 'no watchdog has started', {
    expected: `a watchdog within ${START_MS / 1000} s`,
    got: 'none',
    hint: `its log is ${layout.watchdogLog}`,
  });
}

const show = (looked: Looked, json: boolean): void => (json ? printJson(looked, new Map()) : printVerdicts(looked));

function printVerdicts({ judged }: Looked): void {
  if (judged.length === 0) process.stdout.write('no runs\n');
  const rows = judged.map(({ run, verdict, because }) => [
    sanitizeForTerminal(run.name),
    verdict,
    sanitizeForLine(withLocalTimes(because)),
  ]);
  for (const line of table(rows, process.stdout.columns)) process.stdout.write(`${line}\n`);
}

function printJson({ watchdog, judged }: Looked, done: ReadonlyMap<Run, string>): void {
  const runs = judged.map(({ run, verdict, because }) => ({
    name: run.name,
    state: run.state,
    verdict,
    because,
    done: done.get(run) ?? null,
  }));
  process.stdout.write(`${jsonText({ watchdog, runs }, 2)}\n`);
}

export interface SuperviseOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}
