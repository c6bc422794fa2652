import type { Command, Observation } from '../model/facts.ts';
import { disordered, type Policy, type PolicyChanges, type PolicyField, withPolicyChanges } from '../model/policy.ts';
import { isOver, type Run } from '../model/run.ts';
import type { RunSpec } from '../model/run-spec.ts';
import { reachedCap } from '../run/caps.ts';
import { needless, refuse, type Update } from '../run/update.ts';

/** Changes settings of a run while it runs: they decide from this observation on. */
export function policySet(
  run: Run,
  { policy, words }: Command & { kind: 'set' },
  { inside }: Observation & { kind: 'operator.requested' },
): Update {
  if (inside !== undefined) return refuse(run, 'only the operator changes the settings of a run, not a process inside one');
  if (run.state === 'complete') return refuse(run, 'it is complete; `dogwatch rerun` starts it again');
  const wanted = withPolicyChanges(run.spec.policy, policy);
  const wrong = disordered(wanted);
  if (wrong !== null) return refuse(run, `${wrong[0]} would be more than ${wrong[1]}`);
  const fields = (Object.keys(policy) as PolicyField[]).filter(
    (field) => JSON.stringify(policy[field]) !== JSON.stringify(run.spec.policy[field]),
  );
  if (fields.length === 0) return needless(run, 'it has these settings already');
  const changed = { was: { ...valuesOf(run.spec.policy, fields), ...run.changed?.was }, is: { ...run.changed?.is, ...policy } };
  const set = { ...run, spec: { ...run.spec, policy: wanted }, changed };
  const freed = freedOfCap(run, set);
  return {
    run: freed === null ? set : { ...set, because: freed },
    note: `settings changed by the operator: ${words}${isOver(run) ? '; they decide once it is resumed' : freed === null ? '' : `; ${freed}`}`,
  };
}

/** What lets a run go on that had reached a cap which is higher now. Null if it had not. */
function freedOfCap(before: Run, now: Run): string | null {
  const reached = reachedCap(before);
  const isFreed =
    before.state === 'escalated' && reached !== null && before.because.startsWith(reached.because) && reachedCap(now) === null;
  return isFreed ? `it had reached its cap, which is higher now: \`dogwatch resume ${now.name}\` goes on` : null;
}

/** The settings that a run was registered with. */
export function registeredPolicy({ spec, changed }: Pick<Run, 'spec' | 'changed'>): Policy {
  if (changed === undefined) return spec.policy;
  const kept = Object.entries(spec.policy).filter(([field]) => !(field in changed.is));
  return withPolicyChanges(Object.fromEntries(kept) as unknown as Policy, changed.was);
}

/** The spec as it was when the run was registered. */
export const registeredSpec = (run: Pick<Run, 'spec' | 'changed'>): RunSpec => ({ ...run.spec, policy: registeredPolicy(run) });

const valuesOf = (policy: Policy, fields: readonly PolicyField[]): PolicyChanges =>
  Object.fromEntries(fields.flatMap((field) => (policy[field] === undefined ? [] : [[field, policy[field]]])));
