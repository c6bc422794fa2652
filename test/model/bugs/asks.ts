import type { Answer, Ask, Asks } from '../../../src/core/asks/ask.ts';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { Observation } from '../../../src/core/model/facts.ts';
import type { World } from '../../../src/core/world.ts';
import { MINUTE } from '../../kit/core/world.ts';
import type { Plant } from '../plant.ts';

/** The time to answer is longer than the run was registered with. */
const withGrace = (byMs: number): Plant => ({
  observed: (seen) => {
    if (seen.kind !== 'run.registered') return seen;
    const { policy } = seen.spec;
    return { ...seen, spec: { ...seen.spec, policy: { ...policy, permissionGraceMs: policy.permissionGraceMs + byMs } } };
  },
});

const asking = (change: (seen: Observation & { kind: 'agent.asked' }) => Observation): Plant => ({
  observed: (seen) => (seen.kind === 'agent.asked' ? change(seen) : seen),
});

const withAsks = (decision: RunDecision, all: Asks['all']): RunDecision =>
  decision.run.asks === undefined ? decision : { ...decision, run: { ...decision.run, asks: { ...decision.run.asks, all } } };

/** A question that was just asked gets this answer at once. */
const answering = (answerTo: (ask: Ask, decision: RunDecision, world: World) => Answer | null): Plant => ({
  decided: (decision, world) => {
    const { observation, run } = decision;
    const ask = observation.kind === 'agent.asked' ? run.asks?.all.find(({ request }) => request === observation.request) : undefined;
    const answer = ask?.answer === null ? answerTo(ask, decision, world) : null;
    if (ask === undefined || answer === null) return decision;
    const actions = decision.actions.filter(({ kind }) => kind !== 'escalate');
    const all = (run.asks?.all ?? []).map((one) => (one === ask ? { ...one, answer, taken: true } : one));
    return withAsks({ ...decision, actions }, all);
  },
});

const byRule = (rules: Asks['rules'], isFor: (key: string) => boolean): Answer | null => {
  const rule = rules.find(({ key }) => isFor(key));
  return rule === undefined ? null : { says: rule.says, text: rule.words, by: 'rule', at: rule.at };
};

/** Bugs of whoever passes questions to a person, and the answers back. */
export const ASK_BUGS: Readonly<Record<string, { readonly plant: Plant; readonly invariants: readonly number[] }>> = {
  'a question of an attempt that died is asked again': {
    plant: asking((seen) => ({ ...seen, ask: { ...seen.ask, key: `${seen.ask.key} of ${seen.attempt}` } })),
    invariants: [18],
  },
  'an answer that was taken is given again': {
    plant: answering(
      ({ key }, { run }) => run.asks?.all.findLast((one) => one.key === key && one.taken && one.answer?.by === 'operator')?.answer ?? null,
    ),
    invariants: [18],
  },
  'a question that nobody answered is allowed': {
    plant: {
      decided: (one) =>
        withAsks(
          one,
          (one.run.asks?.all ?? []).map((ask) => (ask.answer?.by === 'nobody' ? { ...ask, answer: { ...ask.answer, says: 'yes' } } : ask)),
        ),
    },
    invariants: [18],
  },
  'an answer goes to the question before': {
    plant: {
      observed: (seen) => {
        if (seen.kind !== 'operator.requested' || seen.command.kind !== 'answer') return seen;
        return { ...seen, command: { ...seen.command, number: Math.max(1, (seen.command.number ?? 0) - 1) } };
      },
    },
    invariants: [18],
  },
  'an answer counts after its time': { plant: withGrace(2 * MINUTE), invariants: [18] },
  'a question never expires': { plant: withGrace(Number.MAX_SAFE_INTEGER / 2), invariants: [18] },
  'an answer that always holds does so in other runs': {
    plant: answering(({ key }, _, world) =>
      byRule(
        world.runs.flatMap(({ asks }) => asks?.rules ?? []),
        (one) => one === key,
      ),
    ),
    invariants: [18],
  },
  'an answer that always holds does so for all that its run asks': {
    plant: answering((_, { run }) => byRule(run.asks?.rules ?? [], () => true)),
    invariants: [18],
  },
  'a restart forgets open questions': {
    plant: { known: (known) => ({ ...known, runs: known.runs.map(({ asks: _, ...run }) => run) }) },
    invariants: [18],
  },
  'a second question changes only the words of the first one’s notice': {
    plant: {
      decided: (one) => {
        const first = one.run.asks?.all.find(({ answer }) => answer === null)?.number;
        const actions = one.actions.map((action) =>
          action.kind === 'escalate' && action.cause.startsWith('question ') && first !== undefined
            ? { ...action, cause: `question ${first}` as const }
            : action,
        );
        return { ...one, actions };
      },
    },
    invariants: [18],
  },
  'an attempt that waits for a person is ended as silent': {
    plant: {
      decided: (one) => {
        const { run, observation } = one;
        const silentMs = observation.at.mono - (run.attempt?.lastActivity?.mono ?? observation.at.mono);
        if (!run.because.includes('waits for a person') || run.pending !== null || silentMs < 15 * MINUTE) return one;
        const end = { kind: 'end', id: `${run.id}/${observation.seq}/planted`, run: run.id, attempt: run.tried } as const;
        return { ...one, actions: [...one.actions, { ...end, because: 'it is wedged' }] };
      },
    },
    invariants: [18],
  },
};
