import { ByAccount } from './account/by-account.ts';
import type { AccountHold } from './account/hold.ts';
import type { AccountWindow } from './account/window.ts';
import type { Surroundings } from './context.ts';
import { decide } from './decide.ts';
import type { Decision, Refusal, RunDecision } from './decision.ts';
import { decideHost, type HostDecision, type HostRules } from './host/decide-host.ts';
import { diskViews } from './host/disk-view.ts';
import { isAbnormal, withDeath } from './host/outbreak.ts';
import type { Host } from './host/state.ts';
import { type Instant, isAck, type Observation, requestOf } from './model/facts.ts';
import type { HostObservation } from './model/host.ts';
import { NOT_FROM_INSIDE } from './model/inside.ts';
import { isActive, isOver, type Run } from './model/run.ts';
import type { RunSpec } from './model/run-spec.ts';
import { recoveryAccount } from './recovery/account.ts';
import { sameJob } from './run/same-job.ts';
import { DayCaps } from './spend/day-cap.ts';
import { type DaySum, type QuarterSum, SpentByQuarter } from './spend/quarters.ts';
import { judged, type Standing, standingOf, stands } from './standing.ts';
import { isSame } from './values/process-identity.ts';

/** What was known when the watchdog began. */
export interface KnownBefore {
  readonly runs: readonly Run[];
  readonly holds: readonly AccountHold[];
  readonly windows?: readonly AccountWindow[];
  readonly host: Host;
  /** What all runs spent in the last days. */
  readonly spent?: readonly QuarterSum[];
}

/**
 * Everything known about all runs, their accounts and the machine, and the only place where it
 * changes. `find` looks up a run that is no longer active.
 */
export class World {
  readonly #runs = new Map<string, Run>();
  readonly #holds: ByAccount<AccountHold>;
  readonly #windows: ByAccount<AccountWindow>;
  readonly #rules: HostRules;
  readonly #find: (id: string) => Run | null;
  readonly #spent: SpentByQuarter;
  readonly #dayCaps: DayCaps;
  /** Until when decisions about runs hold. */
  readonly #standing = new WeakMap<Run, Standing>();
  /** No run is due before this (ms, monotonic). */
  #quietUntilMono = Number.NEGATIVE_INFINITY;
  #host: Host;
  #disksFor: ReturnType<typeof diskViews>;

  constructor({ runs, holds, windows = [], host, spent = [] }: KnownBefore, rules: HostRules, find: (id: string) => Run | null) {
    this.#holds = new ByAccount(holds);
    this.#windows = new ByAccount(windows);
    for (const run of runs) this.#runs.set(run.id, run);
    this.#rules = rules;
    this.#find = find;
    this.#host = host;
    this.#spent = new SpentByQuarter(spent);
    this.#dayCaps = new DayCaps(this.#spent, rules.day ?? null);
    this.#disksFor = diskViews(host);
  }

  get runs(): readonly Run[] {
    return [...this.#runs.values()];
  }

  get active(): readonly Run[] {
    return this.runs.filter(isActive);
  }

  get host(): Host {
    return this.#host;
  }

  run(id: string): Run | null {
    return this.#runs.get(id) ?? null;
  }

  /** What all runs, ended ones too, spent on the day of this moment. */
  spentOnDayOf(wall: number, zone: string): DaySum {
    return this.#spent.onDayOf(wall, zone);
  }

  /**
   * Ids of the runs whose verdict no longer holds: its time has come, or the run's surroundings
   * changed so that it would differ.
   */
  due(now: Instant): readonly string[] {
    const due: string[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const run of this.#runs.values()) {
      const mono = this.#holdsUntil(run, now);
      if (mono <= now.mono) due.push(run.id);
      else next = Math.min(next, mono);
    }
    this.#quietUntilMono = next;
    return due;
  }

  /**
   * No run is due before this moment (ms, monotonic), as long as the clocks agree. After it one may
   * be.
   */
  get quietUntilMono(): number {
    return this.#quietUntilMono;
  }

  #holdsUntil(run: Run, now: Instant): number {
    const around = this.#around(run.spec, now);
    const known = this.#standing.get(run);
    if (known !== undefined && known.mono > now.mono && stands(known, around, now)) return known.mono;
    const standing = judged(run, around, now);
    this.#standing.set(run, standing);
    return standing.mono;
  }

  /** Folds in one observation. Returns null if it is about nothing known. */
  observe(seen: Observation | HostObservation): Decision | null {
    switch (seen.kind) {
      case 'disk.sampled':
      case 'reclaim.finished':
      case 'host.acknowledged':
      case 'state.opened':
        return this.#observeHost(seen);
      case 'run.removed': {
        const wrong = notRemovable(this.#runs.get(seen.run) ?? this.#find(seen.run), seen);
        return wrong === null ? this.#observeHost(seen) : refusal(seen.request, wrong);
      }
      default:
        return this.#observeRun(seen);
    }
  }

  #observeHost(seen: HostObservation): HostDecision {
    const decision = decideHost(this.#host, seen, this.#rules, this.#dayCaps.at(seen.at.wall));
    this.#host = decision.host;
    this.#disksFor = diskViews(decision.host);
    this.#quietUntilMono = Number.NEGATIVE_INFINITY;
    return decision;
  }

  #observeRun(seen: Observation): Decision | null {
    const known = this.#runs.get(seen.run) ?? this.#find(seen.run);
    const spec = seen.kind === 'run.registered' ? seen.spec : known?.spec;
    const refused = this.#refused(seen, known);
    if (refused !== null) return refused;
    const request = requestOf(seen);
    if (spec === undefined) return request === null ? null : refusal(request, `there is no run ${seen.run}`);
    if (known !== null && isAbnormal(known, seen)) this.#noteDeath(known, seen.at);
    const around = this.#around(spec, seen.at, recoveryAccount(known, seen));
    const decision = decide(known, seen, around);
    this.#addSpent(decision);
    if (decision.holds !== null) this.#holds.set(spec.account, decision.holds);
    if (decision.windows !== null) this.#windows.set(spec.account, decision.windows);
    if (decision.recoveryHolds !== null) this.#holds.set(decision.recoveryHolds.account, decision.recoveryHolds.holds);
    if (isActive(decision.run)) this.#runs.set(seen.run, decision.run);
    else this.#runs.delete(seen.run);
    this.#remember(decision, around);
    return decision;
  }

  /** How long the decision holds, with what was known of its account as it was decided on. */
  #remember({ run, wake, observation: { at }, holds, windows, recoveryHolds }: RunDecision, around: Surroundings): void {
    if (wake === null || holds !== null || windows !== null || recoveryHolds !== null) {
      this.#quietUntilMono = Number.NEGATIVE_INFINITY;
      return;
    }
    const standing = standingOf(wake, around, at);
    this.#standing.set(run, standing);
    this.#quietUntilMono = Math.min(this.#quietUntilMono, standing.mono);
  }

  /** Why a request cannot be followed, or null if it can, or if there is none. */
  #refused(seen: Observation, known: Run | null): Refusal | null {
    if (seen.kind === 'run.registered') {
      if (seen.inside?.refused) return refusal(seen.request, NOT_FROM_INSIDE);
      const isAnother = known !== null && known.spec.environmentFile !== seen.spec.environmentFile;
      if (isAnother || this.#isTaken(seen.spec.name, seen.run))
        return refusal(seen.request, `a run named ${seen.spec.name} is active already`);
      const twin = seen.unnamed === true && known === null ? sameJob(this.runs, seen.spec) : undefined;
      if (twin !== undefined) return refusal(seen.request, `the run ${twin.name} does the same in this directory already`);
      const { foreign } = seen;
      const watches = ({ id, attempt }: Run) =>
        id !== seen.run && attempt?.alive === true && attempt.agent !== null && foreign !== null && isSame(attempt.agent, foreign);
      const watching = this.runs.find(watches);
      return watching === undefined ? null : refusal(seen.request, `the run ${watching.name} watches this process already`);
    }
    const isReplaced = known !== null && isOver(known) && this.#isTaken(known.name, known.id);
    if (seen.kind !== 'operator.requested' || isAck(seen) || !isReplaced) return null;
    return refusal(seen.request, `it is ${known.state}, and a newer run named ${known.name} is active`);
  }

  /** What it spent may be the rest of what all runs may cost in the day. */
  #addSpent({ spent, observation: { at } }: RunDecision): void {
    if (spent.length === 0) return;
    const before = this.#dayCaps.at(at.wall);
    for (const { quarter, amount } of spent)
      this.#spent.add({ quarter, usd: amount.statedUsd + amount.computedUsd, unpriced: amount.unpriced });
    this.#dayCaps.changed();
    if (this.#dayCaps.at(at.wall) !== before) this.#quietUntilMono = Number.NEGATIVE_INFINITY;
  }

  #around({ account, paths }: RunSpec, { wall }: Instant, recoveryAccount: string | null = null): Surroundings {
    const { mayAct, recovers } = this.#rules;
    return {
      hostEnabled: mayAct,
      holds: this.#holds.of(account),
      windows: this.#windows.of(account),
      disk: this.#disksFor(paths),
      common: this.#host.common,
      recovers,
      recoveryHolds: this.#holds.of(recoveryAccount),
      recoveryWindows: this.#windows.of(recoveryAccount),
      day: this.#dayCaps.at(wall),
    };
  }

  /**
   * Done before deciding what follows from it: the third of three deaths must not be resumed at
   * once.
   */
  #noteDeath(dead: Run, at: Instant): void {
    const living = this.runs.flatMap(({ id, attempt }) => (id !== dead.id && attempt?.alive === true ? id : []));
    this.#host = { ...this.#host, common: withDeath(this.#host.common, dead, living, at) };
    this.#quietUntilMono = Number.NEGATIVE_INFINITY;
  }

  /** True while another run that is not over has the name. */
  #isTaken(name: string, byOtherThan: string): boolean {
    return this.runs.some((run) => run.name === name && run.id !== byOtherThan && !isOver(run));
  }
}

/** Why a run cannot be removed, or null if it can. */
function notRemovable(run: Run | null, { run: id, inside }: HostObservation & { kind: 'run.removed' }): string | null {
  if (run === null) return `there is no readable run ${id}`;
  if (inside?.refused) return NOT_FROM_INSIDE;
  if (!isOver(run)) return `it is ${run.state}; \`dogwatch stop\` ends it`;
  return isActive(run) ? `it is ${run.state}, but not every process of it is gone` : null;
}

const refusal = (request: string, message: string): Refusal => ({ kind: 'refused', reply: { request, accepted: false, message } });
