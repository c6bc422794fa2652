import { rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../../core/model/facts.ts';
import { isAlive, signalProcess, statOf } from '../../system/process/process.ts';
import { hasDied } from '../../system/process/stat.ts';
import type { Environment } from '../environment.ts';
import type { LaunchPlan, ReadyMade } from '../launch.ts';
import type { Launcher } from '../launchers/launcher.ts';
import type { Waiting } from '../launchers/waiting.ts';
import { commandText, MOST_BYTES, OF_ONE_START } from './command.ts';

/** What a standby was made for: a start that differs in any of it cannot use it. */
export interface MadeFor {
  readonly attempt: number;
  readonly environment: Environment;
  readonly cwd: string;
  readonly umask: number;
  readonly limits: LaunchPlan['limits'];
  readonly aliveFifo: string;
  readonly launcher: Launcher['kind'];
}

/** One that has not answered by then is killed. */
const LONGEST_ANSWER_MS = 10_000;
const LOOK_EVERY_MS = 10;

/** The shim of an attempt that was not decided yet. It can be used once. */
export class Standby implements ReadyMade {
  readonly attempt: number;
  readonly mark: string;
  readonly #made: MadeFor;
  readonly #waiting: Waiting;
  readonly #word: string;
  readonly #commandFile: string;
  /** A directory that was removed and created again has another inode. */
  readonly #place: string | null;

  constructor(made: MadeFor, waiting: Waiting, secret: { readonly mark: string; readonly word: string; readonly commandFile: string }) {
    this.attempt = made.attempt;
    this.mark = secret.mark;
    this.#made = made;
    this.#waiting = waiting;
    this.#word = secret.word;
    this.#commandFile = secret.commandFile;
    this.#place = placeOf(made.cwd);
  }

  get shim(): ProcessIdentity {
    return this.#waiting.shim;
  }

  get isAlive(): boolean {
    return isAlive(this.#waiting.shim) && isAlive(this.#waiting.command);
  }

  /** It could answer at once. */
  get #listens(): boolean {
    return [this.#waiting.shim, this.#waiting.command].every(({ pid, startTicks }) => {
      const now = statOf(pid);
      return now !== null && now.startTicks === startTicks && !hasDied(now) && !/^[Tt]$/.test(now.state);
    });
  }

  /**
   * Tells it to start what was decided. Returns what it says, or null if it cannot be used and has
   * claimed nothing so far. Call this only after the decision is durable: the word starts the
   * attempt, whatever becomes of this process.
   */
  async start(plan: LaunchPlan, environment: Environment, stdin: string, launcher: Launcher): Promise<string | null> {
    try {
      const variables = this.#difference(plan, environment, launcher);
      const text = variables && commandText({ argv: plan.argv, stdin, variables });
      if (text === null || !this.#listens) return null;
      writeFileSync(this.#commandFile, text, { mode: 0o600, flag: 'wx' });
      const said = await Promise.race([this.#waiting.say(this.#word), setTimeout(LONGEST_ANSWER_MS, '', { ref: false })]);
      if (said !== '') return said;
      await this.#end();
      return null;
    } catch {
      // The usual way says what is wrong.
      return null;
    } finally {
      this.discard();
      rmSync(this.#commandFile, { force: true });
    }
  }

  /**
   * It may have claimed the attempt and not yet say so: whoever finds the claim would give the
   * attempt up, and it would start beside the next one. A process that is killed never calls exec
   * again.
   */
  async #end(): Promise<void> {
    const both = [this.#waiting.command, this.#waiting.shim];
    for (const one of both) signalProcess(one, 'SIGKILL');
    for (let waitedMs = 0; waitedMs < LONGEST_ANSWER_MS && both.some(isAlive); waitedMs += LOOK_EVERY_MS) await setTimeout(LOOK_EVERY_MS);
  }

  /** It goes by itself, and starts nothing. */
  discard(): void {
    this.#waiting.close();
  }

  /** The variables that it lacks, or null if it was made for another start than this one. */
  #difference(plan: LaunchPlan, environment: Environment, launcher: Launcher): Environment | null {
    const made = this.#made;
    const { memoryBytes, cpuPercent } = plan.limits;
    const isFit =
      plan.attempt === made.attempt &&
      plan.mark === this.mark &&
      plan.cwd === made.cwd &&
      plan.umask === made.umask &&
      plan.aliveFifo === made.aliveFifo &&
      memoryBytes === made.limits.memoryBytes &&
      cpuPercent === made.limits.cpuPercent &&
      launcher.kind === made.launcher &&
      this.#place !== null &&
      placeOf(plan.cwd) === this.#place;
    if (!isFit || Object.keys(made.environment).some((name) => !(name in environment))) return null;
    const differs = Object.entries(environment).filter(([name, value]) => made.environment[name] !== value);
    if (differs.some(([name]) => !OF_ONE_START.includes(name))) return null;
    const bytes = [...plan.argv, ...Object.entries(environment).flat()].reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
    return bytes <= MOST_BYTES ? Object.fromEntries(differs) : null;
  }
}

function placeOf(directory: string): string | null {
  const found = statSync(directory, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.dev}/${found.ino}`;
}
