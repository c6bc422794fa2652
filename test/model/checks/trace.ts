import { createHash } from 'node:crypto';
import type { RunDecision } from '../../../src/core/decision.ts';
import type { HostDecision } from '../../../src/core/host/decide-host.ts';
import { inWords } from '../../../src/core/values/duration.ts';

/** A hash of everything that happened, and the words if they are wanted. */
export class Trace {
  readonly lines: string[] = [];
  readonly #isVerbose: boolean;
  readonly #hash = createHash('md5');

  constructor(isVerbose: boolean) {
    this.#isVerbose = isVerbose;
  }

  get hash(): string {
    return this.#hash.copy().digest('hex');
  }

  decided({ observation, run, because, material, actions }: RunDecision, nowMs: number): void {
    this.#hash.update(`${nowMs} ${observation.seq} ${observation.kind} ${run.id} ${run.state} ${because}`);
    if (!this.#isVerbose || !material) return;
    const acts = actions.map((action) => (action.kind === 'escalate' ? `tells the ${action.to}` : `${action.kind}s`));
    this.#tell(nowMs, `${run.id}: ${observation.kind} → ${run.state}${acts.length === 0 ? '' : `, ${acts.join(', ')}`}: ${because}`);
  }

  decidedHost({ observation, because }: HostDecision, nowMs: number): void {
    this.#hash.update(`${nowMs} ${observation.seq} ${because}`);
    if (this.#isVerbose) this.#tell(nowMs, `the machine: ${because}`);
  }

  happened(what: string, nowMs: number): void {
    this.#hash.update(what);
    if (this.#isVerbose) this.#tell(nowMs, what);
  }

  #tell(nowMs: number, what: string): void {
    this.lines.push(`${inWords(nowMs).padStart(8)}  ${what}`);
  }
}
