import type { AccountHold } from './account-hold.ts';
import { decide } from './decide.ts';
import type { Decision, Reply } from './decision.ts';
import { isSame } from './identity.ts';
import { nextLook } from './next-look.ts';
import { isActive, isOver, type Run } from './run.ts';
import type { Instant, Observation } from './types.ts';

/** What is known of all runs, and the one place where it changes. `find` looks a run up that is not active any more. */
export class World {
  readonly #runs = new Map<string, Run>();
  readonly #hostEnabled: boolean;
  readonly #holds = new Map<string, readonly AccountHold[]>();
  readonly #find: (id: string) => Run | null;

  constructor(runs: readonly Run[], holds: readonly AccountHold[], hostEnabled: boolean, find: (id: string) => Run | null) {
    for (const hold of holds) this.#holds.set(hold.account, [...this.#heldOf(hold.account), hold]);
    for (const run of runs) this.#runs.set(run.id, run);
    this.#hostEnabled = hostEnabled;
    this.#find = find;
  }

  get runs(): readonly Run[] {
    return [...this.#runs.values()];
  }

  get active(): readonly Run[] {
    return this.runs.filter(isActive);
  }

  run(id: string): Run | null {
    return this.#runs.get(id) ?? null;
  }

  /** Ids of the runs about which a tick at this moment may change something. */
  due(now: Instant): readonly string[] {
    return this.runs.filter((run) => nextLook(run, now, this.#heldOf(run.spec.account)) <= now.mono).map((run) => run.id);
  }

  /**
   * Takes one observation in. A reply instead of a decision: it was a request that no run can follow. Null: it is about nothing that
   * is known.
   */
  observe(seen: Observation): Decision | Reply | null {
    const known = this.#runs.get(seen.run) ?? this.#find(seen.run);
    if (seen.kind === 'run.registered') {
      const isAnother = known !== null && known.spec.environmentFile !== seen.spec.environmentFile;
      if (isAnother || this.#isTaken(seen.spec.name, seen.run))
        return refusal(seen.request, `a run named ${seen.spec.name} is active already`);
      const { foreign } = seen;
      const watches = ({ id, attempt }: Run) =>
        id !== seen.run && attempt?.alive === true && attempt.agent !== null && foreign !== null && isSame(attempt.agent, foreign);
      const watching = this.runs.find(watches);
      if (watching !== undefined) return refusal(seen.request, `the run ${watching.name} watches this process already`);
    } else if (known === null) {
      return 'request' in seen ? refusal(seen.request, `there is no run ${seen.run}`) : null;
    } else if (seen.kind === 'operator.requested' && isOver(known) && this.#isTaken(known.name, known.id)) {
      return refusal(seen.request, `it is ${known.state}, and a newer run named ${known.name} is active`);
    }
    const account = seen.kind === 'run.registered' ? seen.spec.account : (known?.spec.account ?? '');
    const decision = decide(known, seen, { hostEnabled: this.#hostEnabled, holds: this.#heldOf(account) });
    if (decision.holds !== null) this.#holds.set(account, decision.holds);
    if (isActive(decision.run)) this.#runs.set(seen.run, decision.run);
    else this.#runs.delete(seen.run);
    return decision;
  }

  #heldOf(account: string): readonly AccountHold[] {
    return this.#holds.get(account) ?? NONE;
  }

  /** True while another run has the name: one that is not over. */
  #isTaken(name: string, byOtherThan: string): boolean {
    return this.runs.some((run) => run.name === name && run.id !== byOtherThan && !isOver(run));
  }
}

/** One and the same, so that nothing seems to have changed. */
const NONE: readonly AccountHold[] = [];

const refusal = (request: string, message: string): Reply => ({ request, accepted: false, message });
