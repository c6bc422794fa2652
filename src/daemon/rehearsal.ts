import type { RunDecision } from '../core/decision.ts';
import type { HostRules } from '../core/host/decide-host.ts';
import { NEW_HOST } from '../core/host/state.ts';
import type { Observation } from '../core/model/facts.ts';
import type { Run } from '../core/model/run.ts';
import { World } from '../core/world.ts';
import { straysOf } from '../effects/strays.ts';
import { examineEnds } from '../launch/attempt/post-mortem.ts';
import { InputLog } from '../store/db/decision-inputs.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { instant } from '../system/process/clock.ts';

/** What was called twice has its code, and knows what it is called with. */
const TIMES = 3;

/**
 * Goes through what would follow if one of these runs died now, without doing any of it: the first
 * death that a watchdog sees would otherwise take three times as long, because code is compiled
 * when it is first called. Returns false if there is no run that could die.
 */
export function rehearseDeath(runs: readonly Run[], layout: Layout, rules: HostRules): boolean {
  const run = runs.find(({ attempt }) => attempt?.alive === true && attempt.shim !== null);
  if (run === undefined) return false;
  try {
    for (let time = 0; time < TIMES; time++) rehearse(run, layout, rules);
  } catch {
    // What is wrong is reported when it matters.
  }
  return true;
}

function rehearse(run: Run, layout: Layout, rules: HostRules): void {
  const attempt = run.attempt!;
  examineEnds([{ attempt, agent: run.spec.agent, files: attemptFiles(layout, run.id, attempt.number), unit: null }]);
  const before = { runs: [run], holds: [], windows: [], host: NEW_HOST, spent: [] };
  const observation: Observation = {
    kind: 'process.exited',
    run: run.id,
    attempt: attempt.number,
    code: 1,
    signal: null,
    outOfMemory: false,
    survivors: [],
    seq: 0,
    at: instant(),
    jitter: 0,
  };
  const inputs = new InputLog();
  const decided = new World(before, rules, () => null).observe(observation);
  if (decided?.kind === 'run') for (const decision of [decided, again(decided)]) inputs.next(decision);
  straysOf(run, layout);
}

/** What is stored is how an input differs from the one before. */
const again = (decision: RunDecision): RunDecision => ({ ...decision, given: { ...decision.given, run: decision.run } });
