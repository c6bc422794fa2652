import type { RunDecision } from '../../../src/core/decision.ts';
import type { Action, Signal } from '../../../src/core/model/facts.ts';
import type { Run } from '../../../src/core/model/run.ts';
import type { World } from '../../../src/core/world.ts';
import { attemptWith } from '../../kit/core/samples.ts';
import type { Plant } from '../plant.ts';

const resumeOf = ({ observation, run }: RunDecision, attempt = run.tried + 1): Action => ({
  kind: 'resume',
  id: `${run.id}/${observation.seq}/planted`,
  run: run.id,
  attempt,
  mode: 'resume',
  session: run.session,
  prompt: { reason: 'planted', refusal: null, operator: null },
});

/** Adds a resume to the decision wherever the bug would. */
const resumesWhere =
  (isWrong: (decision: RunDecision, world: World) => boolean) =>
  (decision: RunDecision, world: World): RunDecision =>
    isWrong(decision, world) ? { ...decision, material: true, actions: [...decision.actions, resumeOf(decision)] } : decision;

const withRuns = (change: (run: Run) => Run): Plant => ({ known: (known) => ({ ...known, runs: known.runs.map(change) }) });
const changed = (change: (run: Run, decision: RunDecision) => Run): Plant => ({
  decided: (decision) => ({ ...decision, run: change(decision.run, decision) }),
});

const isResume = ({ actions }: RunDecision): boolean => actions.some(({ kind }) => kind === 'resume');
const isIdle = ({ run, actions }: RunDecision): boolean => run.pending === null && actions.length === 0 && run.attempt?.alive !== true;

const asEvent = (signal: Signal): Signal => ('source' in signal ? { ...signal, source: 'event' } : signal);

/**
 * Bugs that were made somewhere, or might be: the simulation must find each. `invariants` are those
 * of the design that it breaks.
 */
export const BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'two watchdogs write, because nothing fences the stopped one': {
    plant: { fence: (_own, disk) => disk.fence, sparesTheStopped: true },
    invariants: [1, 2, 3, 4, 8, 9],
  },
  'what cannot be seen is said to be gone': {
    plant: { decided: (one) => ({ ...one, because: one.because.replaceAll(/; perhaps left: \w+/g, '') }) },
    invariants: [1],
  },
  'the budget is restored by time alone': {
    plant: changed((run, { observation }) =>
      observation.at.mono - run.since.mono > 60_000 && run.charged.length > 0 && run.pending === null ? { ...run, charged: [] } : run,
    ),
    invariants: [4],
  },
  'a run is resumed while its disk is critical': {
    plant: { decided: resumesWhere((one) => isIdle(one) && one.run.holds.some(({ kind }) => kind === 'disk')) },
    invariants: [5, 2],
  },
  'a run is handed off twice': {
    plant: {
      decided: (one) => {
        const isAgain = one.from === 'handed-off' && one.run.state === 'handed-off' && one.observation.kind === 'watchdog.started';
        const { run, observation } = one;
        const base = { kind: 'escalate', id: `${run.id}/${observation.seq}/again`, run: run.id, to: 'supervisor' } as const;
        return isAgain ? { ...one, actions: [...one.actions, { ...base, cause: 'budget', because: 'again' }] } : one;
      },
    },
    invariants: [4],
  },
  'a spent limit is charged to the budget': {
    plant: changed((run, one) =>
      isResume(one) && !run.charged.includes(run.tried) && run.excuse === 'limit' ? { ...run, charged: [...run.charged, run.tried] } : run,
    ),
    invariants: [4, 5],
  },
  'a refused claim of done counts as progress': {
    plant: changed((run, { observation }) =>
      observation.kind === 'check.finished' && !observation.passed
        ? { ...run, charged: [], milestone: { attempt: run.tried, at: observation.at, what: 'it said so' } }
        : run,
    ),
    invariants: [4],
  },
  'a complete run is resumed': {
    plant: { decided: resumesWhere((one) => one.from === 'complete' && one.observation.kind !== 'action.settled' && isIdle(one)) },
    invariants: [2],
  },
  'an action is performed before it is recorded': {
    plant: {
      ports: (ports) => ({
        ...ports,
        record: (group) => ports.record(group.map((one) => (one.kind === 'run' ? { ...one, actions: [] } : one))),
      }),
    },
    invariants: [3],
  },
  'an image in use is reclaimed': { plant: { inventory: (seen) => ({ ...seen, containers: [] }) }, invariants: [6] },
  'layers do not show which image was built on which': {
    plant: { inventory: (seen) => ({ ...seen, images: seen.images.map((image) => ({ ...image, layers: null })) }) },
    invariants: [6],
  },
  'a running build needs no image': { plant: { inventory: (seen) => ({ ...seen, builds: [] }) }, invariants: [6] },
  'images age by the wall clock across a reboot': {
    plant: {
      ledger: (before, after) => {
        const isBoot = before.seenAt.bootId !== after.seenAt.bootId;
        return isBoot ? { ...after, images: before.images, shifts: before.shifts, sinceWall: before.sinceWall } : after;
      },
    },
    invariants: [6],
  },
  'images age while no watchdog runs': {
    plant: { engineEvents: (event) => (event.kind === 'watched-again' ? { ...event, isCovered: true } : event) },
    invariants: [6],
  },
  'the engine’s record of the time in between is not read': {
    plant: { engineEvents: (event) => (event.kind === 'used' ? { ...event, image: 'none' } : event) },
    invariants: [6],
  },
  'an older copy of the state starts beside an agent that it does not know': { plant: { overlooksStrays: true }, invariants: [1] },
  'a run whose log fills the disk is not held': {
    plant: { observed: (seen) => (seen.kind === 'log.cut' ? { ...seen, filledBytes: null } : seen) },
    invariants: [5],
  },
  'a new watchdog forgets the living attempt': {
    plant: withRuns((run) => (run.attempt?.alive === true ? { ...run, attempt: attemptWith(run.attempt, { alive: false }) } : run)),
    invariants: [1],
  },
  'a restart forgets the operator’s hold': { plant: withRuns((run) => ({ ...run, paused: null })), invariants: [2] },
  'an exit that is reported twice resumes twice': {
    plant: {
      decided: resumesWhere(({ observation, run, actions }) => {
        const isOld = observation.kind === 'process.exited' && observation.attempt < (run.attempt?.number ?? 0);
        return isOld && actions.length === 0;
      }),
    },
    invariants: [1, 2, 4],
  },
  'plain words of one attempt hold the whole account': {
    plant: { observed: (seen) => ('signals' in seen ? { ...seen, signals: seen.signals.map(asEvent) } : seen) },
    invariants: [8],
  },
  'a restart loses a notice': { plant: { notices: () => [] }, invariants: [7] },
  'a restart forgets how far a log was read': { plant: withRuns((run) => ({ ...run, cursors: {} })), invariants: [9] },
};
