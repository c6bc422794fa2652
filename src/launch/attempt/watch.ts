import type { ProcessIdentity } from '../../core/model/facts.ts';
import type { Attempt } from '../../core/model/run.ts';
import { isSame } from '../../core/values/process-identity.ts';
import type { AttemptFiles } from '../../store/directory/layout.ts';
import { type HeldProcess, holdProcess } from '../../system/process/process.ts';
import { stage } from '../../system/stage.ts';
import { watchAliveFifo } from './alive-fifo.ts';
import { firstProcess, readAttempt, readExit } from './record.ts';

/**
 * Where the life of an attempt is observed: its files and FIFO; null for an attempt that dogwatch
 * did not start.
 */
export interface Signs {
  readonly files: AttemptFiles | null;
  readonly fifo: string | null;
}

/**
 * How closely a living attempt must be watched. `signalled`: the FIFO signals its end, and polling
 * is only a backstop. `foreign`: there is no signal, and the process is not ours. `close`: there is
 * no longer a signal, because its shim or wrapper died first.
 */
export type Pace = 'signalled' | 'foreign' | 'close' | 'dead';

/**
 * Waits for the death of one attempt's main process: its shim, which outlives the command, or the
 * command if the shim was killed first.
 */
export class AttemptWatch {
  readonly #signs: Signs;
  readonly #changed: () => void;
  #pace: Pace = 'dead';
  #isShim = false;
  #held: HeldProcess | null = null;
  #stopFifo: (() => void) | null = null;

  /** `changed` is called after the pace has changed, but not from the constructor. */
  constructor(attempt: Attempt, signs: Signs, changed: () => void) {
    this.#signs = signs;
    this.#changed = changed;
    try {
      this.#begin(attempt);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get pace(): Pace {
    return this.#pace;
  }

  look(): void {
    if (this.#pace === 'dead' || this.#held?.isAlive()) return;
    this.#gone();
  }

  close(): void {
    this.#held?.close();
    this.#stopFifo?.();
    this.#held = null;
    this.#stopFifo = null;
  }

  #begin({ shim: launchedBy, agent }: Attempt): void {
    const record = this.#signs.files && readAttempt(this.#signs.files);
    const shim = launchedBy ?? record?.shim ?? null;
    const isAnother = agent !== null && (record?.agent == null || !isSame(agent, record.agent));
    if (shim === null) this.#hold(agent, 'foreign');
    else if (isAnother) this.#hold(agent, 'close');
    else this.#holdShim(shim);
  }

  #hold(identity: ProcessIdentity | null, pace: Pace): void {
    this.#held = identity && holdProcess(identity);
    this.#pace = this.#held === null ? 'dead' : pace;
  }

  #holdShim(shim: ProcessIdentity): void {
    this.#hold(shim, 'close');
    this.#isShim = this.#held !== null;
    if (!this.#isShim) this.#holdCommand();
    else if (this.#signs.fifo !== null) this.#stopFifo = watchAliveFifo(this.#signs.fifo, () => this.#signalled());
    if (this.#stopFifo !== null) this.#pace = 'signalled';
  }

  /** The shim has died. If it recorded an exit status, so has the command, which it waited for. */
  #holdCommand(): void {
    const { files } = this.#signs;
    this.#hold(files !== null && readExit(files) === null ? firstProcess(files) : null, 'close');
  }

  /**
   * Called by the FIFO, where an error would not be caught: what cannot be read now (no descriptors
   * left) is left to the next look.
   */
  #signalled(): void {
    try {
      this.#gone();
    } catch {
      this.#pace = 'close';
      this.#changed();
    }
  }

  #gone(): void {
    stage('woken');
    this.close();
    if (this.#isShim) this.#holdCommand();
    else this.#pace = 'dead';
    this.#isShim = false;
    this.#changed();
  }
}
