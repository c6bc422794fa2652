import type { Decision } from '../../../src/core/decision.ts';
import type { Later } from './effects.ts';
import type { Machine } from './machine.ts';

/** In the middle of the starts: some are under way, some are not. */
const AMONG_STARTS_MS = 8;

/** How a watchdog stores decisions together, and what happens to it meanwhile. */
export class Groups {
  readonly #machine: Machine;
  readonly #kill: () => void;
  readonly #later: Later;
  /** The number of the decision that cannot be stored. */
  #spoiled: number | null = null;

  constructor(machine: Machine, kill: () => void, later: Later) {
    this.#machine = machine;
    this.#kill = kill;
    this.#later = later;
  }

  readonly soon = (call: () => void): void => {
    const { waitsMs, atCommits } = this.#machine;
    if (waitsMs === 0) {
      call();
      return;
    }
    this.#later(waitsMs * this.#machine.chance(), call);
    if (atCommits[0] !== 'stops-before') return;
    // Another one takes over meanwhile: whatever this one still stores must not count.
    atCommits.shift();
    this.#machine.starting('watchdog-stops');
  };

  record(group: readonly Decision[], write: () => void): void {
    const how = group.filter(acts).length > 1 ? (this.#machine.atCommits.shift() ?? null) : null;
    if (how === 'one-fails') this.#spoiled = seqOf(group.findLast(acts) ?? null);
    if (this.#spoiled !== null && group.some((one) => seqOf(one) === this.#spoiled)) throw new Error('the disk does not take one of them');
    if (how === 'dies-before') this.#kill();
    else write();
    if (how === 'dies-after') this.#kill();
    if (how === 'dies-among-starts') this.#machine.clock.after(AMONG_STARTS_MS, this.#kill);
  }
}

const acts = (decision: Decision): boolean => decision.kind === 'run' && decision.actions.some(({ kind }) => kind === 'resume');

const seqOf = (decision: Decision | null): number | null =>
  decision === null || decision.kind === 'refused' ? null : decision.observation.seq;
