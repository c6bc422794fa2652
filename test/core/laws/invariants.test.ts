import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountHold } from '../../../src/core/account/hold.ts';
import { decide } from '../../../src/core/decide.ts';
import type { Instant, RunState } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { mayGo } from '../../../src/core/model/states.ts';
import { isRecovering } from '../../../src/core/recovery/lifecycle.ts';
import { Simulation, type Step, type Stepped } from '../../kit/core/simulation.ts';
import { anyStep, anyWishes, deadlyStep, mendedStep } from '../../kit/core/steps.ts';
import { ticksInTime } from '../../kit/core/ticks.ts';

const PROGRAMS = 1000;
const MAX_STEPS = 60;
/** The ceiling of a limit, plus an hour of slack. */
const LONGEST_LIMIT_MS = (8 * 24 + 1) * 3_600_000;
const NOT_RESUMED: readonly RunState[] = ['complete', 'stopped', 'failed', 'handed-off', 'recovering', 'escalated', 'held'];
/**
 * What the watchdog must not act on unless the operator, a setting, or a recovery agent that is
 * proven gone released it.
 */
const isReleased = ({ before, decision: { observation } }: Stepped): boolean =>
  (observation.kind === 'action.settled' && (before?.pending?.kind === 'end-recovery' || before?.pending?.kind === 'recover')) ||
  observation.kind === 'watchdog.started' ||
  (observation.kind === 'operator.requested' && (observation.command.kind === 'resume' || observation.command.kind === 'unpause'));

/** A hold that existed before and that nothing in this observation can have lifted. */
const isShut = (held: readonly AccountHold[], { wall }: Instant): boolean =>
  held.some(
    ({ kind, untilWall, model }) =>
      // A date further ahead than any limit lasts comes from a clock that has been set back since.
      kind === 'limit' && model === null && untilWall !== null && untilWall > wall && untilWall <= wall + LONGEST_LIMIT_MS,
  );

const fail = (why: string): never => {
  throw new Error(why);
};

/** What holds after every single decision, whatever happened before it. */
function holds(stepped: Stepped, now: Instant): void {
  const { before, decision, heldBefore } = stepped;
  const { run, actions, from, observation } = decision;
  const acts = actions.filter(({ kind }) => kind !== 'escalate');
  if (acts.length > 1) fail('more than one action at once');
  if (new Set(actions.map(({ id }) => id)).size < actions.length) fail('two actions with one id');
  if (acts.length === 1 && before?.pending && !(observation.kind === 'action.settled' && observation.action === before.pending.id))
    fail(`${acts[0]?.kind} while ${before.pending.kind} is pending`);
  if (acts.length === 1 && run.pending?.id !== acts[0]?.id) fail('an action that nobody waits for');
  if (from !== null && !mayGo(from, run.state)) fail(`from ${from} to ${run.state}`);
  const resumes = acts.some(({ kind }) => kind === 'resume');
  // Refused credentials hold until they change; then one attempt tries them.
  const mayProbe = from === 'held' && before?.paused === null && stepped.holds.every(({ untilWall }) => untilWall !== null);
  if (resumes && from !== null && NOT_RESUMED.includes(from) && !isReleased(stepped) && !mayProbe) fail(`resumed while ${from}`);
  if (resumes && before?.attempt && run.excuse !== 'operator' && isShut(heldBefore, now)) fail('resumed against a hold of its account');
  const observesOnly = run.paused !== null || !run.hostEnabled || !run.spec.policy.enabled;
  if (resumes && (observesOnly || run.stopping !== null || run.proof !== null || run.attempt?.alive))
    fail('resumed against better knowledge');
  if (
    acts.length > 0 &&
    observesOnly &&
    (run.paused === null || !acts.every(({ kind }) => kind === 'end-recovery')) &&
    run.stopping === null
  )
    fail('acted while it only observes');
  if (run.charged.length > run.spec.policy.maxResumes) fail('the budget is overdrawn');
  if (actions.some((action) => action.kind === 'escalate' && action.to === 'supervisor') && from === 'handed-off') fail('handed off twice');
  isNoTurn(before, run);
  isNotStuck(run);
  if (run.attempt?.alive === true && isRecovering(run)) fail('a recovery agent beside a living attempt');
  if (isRecovering(run) && run.state !== 'recovering' && run.state !== 'escalated') fail(`a recovery agent at work while ${run.state}`);
  isPureAndPlain(stepped);
  // An undecidable observation leaves the run's deadlines unexamined.
  if (!decision.because.startsWith('dogwatch could not make sense'))
    ticksInTime(run, now, { ...stepped.around, holds: stepped.holds }, decision.holds === null ? decision.wake : null);
}

/** Exit status 0 of a command that contains an agent ends a turn: by itself it proves nothing. */
function isNoTurn(before: Run | null, { spec, attempt, proof, claim }: Run): void {
  const isSeen = spec.done.doubt != null || (spec.done.exitByDefault === true && attempt?.agentSeen !== undefined);
  const isByExit = (words: string | undefined) => words?.startsWith('exit status 0') === true;
  const isNew = (isByExit(proof ?? '') && before?.proof !== proof) || (isByExit(claim?.by) && before?.claim === null);
  if (isSeen && isNew) fail('the end of a turn is taken for the end of the job');
}

/** Something is always awaited: an outcome, an answer, a deadline, a process, or a person. */
function isNotStuck({ state, pending, due, asked, attempt, holds: held }: Run): void {
  const isHeld = held.some(({ kind }) => kind === 'limit' || kind === 'auth') || attempt?.trouble?.kind === 'no-space';
  const awaits = isHeld || pending !== null || asked.check !== null || asked.evidence !== null || asked.session !== null;
  if (state === 'waiting' && !awaits && due === null) fail('waiting for nothing');
  if ((state === 'starting' || state === 'working' || state === 'quiet') && pending === null && attempt?.alive !== true)
    fail(`${state} without a process`);
}

function isPureAndPlain({ before, decision, around }: Stepped): void {
  const again = decide(before, decision.observation, around);
  if (!isDeepStrictEqual(again, decision)) fail('the same observation is decided in two ways');
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(decision)), decision)) fail('a decision does not survive JSON');
}

/**
 * The budget, counted without knowledge of the core: charged resumes since the last milestone or
 * reset.
 */
function budgetHolds({ steps, reboots, run }: Simulation): void {
  let charged: number[] = [];
  let handOffs = 0;
  let rearmed = 0;
  let unpaid = 0;
  let transients = 0;
  for (const { before, decision } of steps) {
    const { observation, reply, actions } = decision;
    if (observation.kind === 'operator.requested' && observation.command.kind === 'resume' && reply?.accepted) {
      charged = [];
      rearmed += 1;
    }
    // A mended run is tried once for free; a milestone then resets the budget.
    if (decision.run.recovery?.phase === 'trial' && before?.recovery?.phase !== 'trial') rearmed += 1;
    const reached = decision.run.milestone?.attempt ?? 0;
    if (decision.run.milestone !== before?.milestone) charged = charged.filter((number) => number > reached);
    if (decision.because.includes('an action was abandoned') && before?.pending?.kind === 'resume')
      charged = charged.filter((number) => number !== before.pending?.attempt);
    if (
      observation.kind === 'log.read' &&
      observation.signals?.some(({ kind }) => kind === 'transient' || kind === 'limit' || kind === 'auth')
    )
      transients += 1;
    for (const action of actions) {
      if (action.kind === 'escalate' && action.to === 'supervisor') handOffs += 1;
      if (action.kind !== 'resume' || before === null || before.attempt === null) continue;
      if (decision.run.charged.includes(action.attempt)) charged.push(action.attempt);
      else unpaid += 1;
    }
    expect(charged.length).toBeLessThanOrEqual(run.spec.policy.maxResumes);
  }
  expect(handOffs).toBeLessThanOrEqual(1 + rearmed);
  // Whatever was not charged has a reason in the world. A reason may serve again only if what it
  // excused was abandoned.
  const abandoned = steps.filter(({ decision }) => decision.because.includes('an action was abandoned')).length;
  expect(unpaid).toBeLessThanOrEqual(rearmed + reboots + transients + abandoned);
}

const programs = (step: fc.Arbitrary<Step>) =>
  fc.tuple(anyWishes, fc.constantFrom(false, false, false, true), fc.array(step, { maxLength: MAX_STEPS, size: 'max' }));

test('whatever happens, in whatever order: one attempt, one action, no resume against a hold, a budget that holds', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(programs(anyStep), ([wishes, isForeign, steps]) => {
      const world = new Simulation(wishes, isForeign, holds);
      for (const step of steps) world.step(step);
      budgetHolds(world);
    }),
    { numRuns: PROGRAMS },
  );
});

test('the same for a run that is mended again and again', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(programs(mendedStep), fc.boolean(), ([wishes, isForeign, steps], recovers) => {
      const world = new Simulation({ ...wishes, policy: { ...wishes.policy, maxResumes: 0 } }, isForeign, holds, recovers);
      for (const step of steps) world.step(step);
      budgetHolds(world);
    }),
    { numRuns: PROGRAMS, examples: [[[{ sessions: false }, false, PUZZLED_BEFORE_A_REBOOT], false]] },
  );
});

/**
 * A recovery agent is wanted, an observation makes no sense, and a reboot comes before the start.
 */
const PUZZLED_BEFORE_A_REBOOT: Step[] = [
  { kind: 'perform', how: 'well' },
  { kind: 'deliver', which: 0 },
  { kind: 'die', code: 0, signal: null, leaving: 'none' },
  { kind: 'deliver', which: 0 },
  { kind: 'answer', head: 'a', passed: false, session: null },
  { kind: 'deliver', which: 0 },
  { kind: 'answer', head: 'a', passed: false, session: null },
  { kind: 'deliver', which: 0 },
  { kind: 'mend', isShared: false, most: 3 },
  { kind: 'poison' },
  { kind: 'restart', rebooted: true, enabled: true },
];

test('a run that only ever dies is handed off or failed in the end, once, and is not resumed after it', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(programs(deadlyStep), ([wishes, isForeign, steps]) => {
      const world = new Simulation(wishes, isForeign, holds);
      for (const step of steps) world.step(step);
      for (let round = 0; round < 80 && !isWithOthers(world.run); round++) {
        world.step({ kind: 'die', code: 1, signal: null, leaving: 'none' });
        while (world.settle('well'));
        world.step({ kind: 'wait', ms: 6 * 60_000 });
        world.step({ kind: 'tick' });
      }
      expect(isWithOthers(world.run), `${world.run.state}: ${world.run.because}`).toBe(true);
      const before = world.steps.flatMap(({ decision }) => decision.actions).length;
      for (let round = 0; round < 5; round++) {
        while (world.settle('well'));
        world.step({ kind: 'wait', ms: 60 * 60_000 });
        world.step({ kind: 'tick' });
      }
      budgetHolds(world);
      const after = world.steps.flatMap(({ decision }) => decision.actions).slice(before);
      expect(after.filter(({ kind }) => kind === 'resume' || kind === 'escalate')).toEqual([]);
    }),
    { numRuns: PROGRAMS / 2 },
  );
});

const isWithOthers = ({ state }: Run): boolean => ['handed-off', 'escalated', 'failed', 'complete'].includes(state);
