import type { RunDecision } from '../../../src/core/decision.ts';
import type { Observation, Signal } from '../../../src/core/model/facts.ts';
import type { Plant } from '../plant.ts';
import { TOTAL_BYTES } from '../world/volume.ts';

const observing = (observed: (seen: Observation) => Observation): Plant => ({ observed });

const signalled = (change: (signals: readonly Signal[]) => readonly Signal[]): Plant =>
  observing((seen) => ('signals' in seen ? { ...seen, signals: change(seen.signals) } : seen));

type Gathered = Extract<Observation, { kind: 'evidence.gathered' }>;
const gathering = (change: (evidence: Gathered['evidence']) => Partial<Gathered['evidence']>): Plant =>
  observing((seen) => (seen.kind === 'evidence.gathered' ? { ...seen, evidence: { ...seen.evidence, ...change(seen.evidence) } } : seen));

const handsOff = ({ actions }: RunDecision): boolean =>
  actions.some((action) => action.kind === 'escalate' && (action.cause === 'budget' || action.cause === 'repeated'));

const ofNoReset = { name: 'usage', ofModel: false, isCap: false, resetsAtWall: null, provenance: null } as const;

/** Bugs that are certain where nothing can be known. */
export const UNKNOWN_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'processes that cannot be inspected are taken for idle': { plant: { takesUnseenForIdle: true }, invariants: [12] },
  'a log that was removed is taken for silence': {
    plant: observing((seen) => (seen.kind === 'log.read' ? { ...seen, lost: null } : seen)),
    invariants: [12, 8],
  },
  'missing evidence is taken for no progress': { plant: gathering(() => ({ none: null, missing: [] })), invariants: [4] },
  'later looks are compared with one that saw nothing': { plant: gathering(() => ({ missing: [] })), invariants: [4] },
  'a refusal in unknown words is taken for a limit': {
    plant: signalled((signals) => signals.map((one) => (one.kind === 'refused' ? { ...ofNoReset, kind: 'limit', text: one.text } : one))),
    invariants: [8],
  },
  'a refusal in unknown words is taken for a request to log in': {
    plant: signalled((signals) => signals.map((one) => (one.kind === 'refused' ? { kind: 'auth', text: one.text } : one))),
    invariants: [8],
  },
  'a hand-off mentions only the budget': {
    plant: { decided: (one) => (handsOff(one) ? { ...one, because: 'the budget is spent' } : one) },
    invariants: [12],
  },
  'a log over its limit is taken for one that filled a disk': {
    plant: observing((seen) => (seen.kind === 'log.cut' ? { ...seen, filledBytes: TOTAL_BYTES } : seen)),
    invariants: [8],
  },
  'a log that was cut is read from its beginning': { plant: { readsCutLogsAgain: true }, invariants: [9] },
  'lines that were given back unread are not missed': {
    plant: observing((seen) => (seen.kind === 'log.read' ? { ...seen, gap: null } : seen)),
    invariants: [9],
  },
  'a disk that is read-only is taken for one with room': {
    plant: { measured: (found) => ({ ...found, filesystems: found.filesystems.map((one) => ({ ...one, isReadOnly: false })) }) },
    invariants: [5],
  },
  'new content is as good as a commit': { plant: gathering(({ head, worktree }) => ({ head: worktree ?? head })), invariants: [4] },
  'an agent that prints an error is taken to have worked': {
    plant: signalled((signals) => (signals.some(({ kind }) => kind === 'error') ? [{ kind: 'tool' }, ...signals] : signals)),
    invariants: [4],
  },
};
