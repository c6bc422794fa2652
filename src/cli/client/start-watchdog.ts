import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { exitInWords } from '../../core/values/exit.ts';
import { readSettings } from '../../settings/read.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { LeaseHolder } from '../../store/lease/row.ts';
import { cleanEnvironment, watchdogSecrets } from '../../system/command/clean-environment.ts';
import { monoMs } from '../../system/process/process.ts';
import { startService } from '../../units/service-for.ts';
import { EXIT_TEMPORARY } from '../terminal/problem.ts';
import { conditionOf, leaseHolder } from './watchdog.ts';

/** A service that did not stay is not asked for again sooner. */
const SERVICE_EVERY_MS = 10_000;

/**
 * Makes sure that a watchdog is at work: starts the service where there is one for this state directory, else one in a session of its own, which ends
 * by itself when nothing is left to watch. Whether it replaces one that is stopped it decides itself, when it takes the lease.
 */
export class WatchdogProcess {
  readonly #layout: Layout;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #leaseTimeoutMs: number;
  #starting = false;
  #askedMono = Number.NEGATIVE_INFINITY;
  #failures: readonly string[] = [];

  constructor(layout: Layout, environment: NodeJS.ProcessEnv) {
    this.#layout = layout;
    this.#environment = environment;
    this.#leaseTimeoutMs = readSettings(environment).settings.leaseTimeoutMs;
  }

  /** How those ended that were started and came to nothing, oldest first. One that finds another at work has not failed. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  isAlive(holder: LeaseHolder | null = leaseHolder(this.#layout)): boolean {
    return conditionOf(this.#layout, holder, this.#leaseTimeoutMs) === 'alive';
  }

  /** True: one is at work. Else one is started, unless this has done so already. */
  ensure(holder: LeaseHolder | null = leaseHolder(this.#layout)): boolean {
    if (this.isAlive(holder)) return true;
    if (!this.#starting && !this.#isService()) this.#start();
    return false;
  }

  /** True: it is a service, and was started now or a moment ago. */
  #isService(): boolean {
    if (monoMs() - this.#askedMono < SERVICE_EVERY_MS) return true;
    if (!startService(this.#layout.stateDir)) return false;
    this.#askedMono = monoMs();
    return true;
  }

  /** Starts one that takes over from whoever is at work, with this environment. Returns its pid. */
  replace(isUntilIdle: boolean): number | undefined {
    return this.#start(['watch', '--replace', ...(isUntilIdle ? ['--until-idle'] : [])]);
  }

  #start(argv: readonly string[] = ['watch', '--until-idle']): number | undefined {
    const log = openSync(this.#layout.watchdogLog, 'a', 0o600);
    const [program = ''] = process.argv.slice(1);
    const environment = {
      ...cleanEnvironment(this.#environment),
      ...watchdogSecrets(this.#environment),
      DOGWATCH_STATE_DIR: this.#layout.stateDir,
    };
    const child = spawn(process.execPath, [program, ...argv], {
      cwd: '/',
      env: environment,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#starting = true;
    const ended = (how: string | null) => {
      this.#starting = false;
      if (how !== null) this.#failures = [...this.#failures, how];
    };
    child
      .on('error', ({ message }) => ended(message))
      .on('exit', (code, signal) =>
        ended(code === 0 || code === EXIT_TEMPORARY ? null : `it ended ${exitInWords({ code, signal, outOfMemory: false })}`),
      );
    child.unref();
    return child.pid;
  }
}

/** What a watchdog may have of the variables with which a run was asked for: whether it is enabled was said of the run alone. */
export function hostVariables({ DOGWATCH_ENABLED: _ofTheRun, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return others;
}
