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

/** How long to wait before starting a service again that did not stay up. */
const SERVICE_EVERY_MS = 10_000;

/**
 * Makes sure that a watchdog is running: starts the service for this state directory if there is
 * one, or else a watchdog in its own session, which exits by itself when nothing is left to watch.
 * Whether the new watchdog replaces a stopped one is its own decision when it takes the lease.
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

  /**
   * How the watchdogs that failed to start ended, oldest first. One that exits because another is
   * running has not failed.
   */
  get failures(): readonly string[] {
    return this.#failures;
  }

  isAlive(holder: LeaseHolder | null = leaseHolder(this.#layout)): boolean {
    return conditionOf(this.#layout, holder, this.#leaseTimeoutMs) === 'alive';
  }

  /** Returns whether a watchdog is running. If not, starts one, unless it is already starting. */
  ensure(holder: LeaseHolder | null = leaseHolder(this.#layout)): boolean {
    if (this.isAlive(holder)) return true;
    if (!this.#starting && !this.#isService()) this.#start();
    return false;
  }

  /**
   * Starts the service. Returns false if there is none; a service that was started a moment ago is
   * not started again.
   */
  #isService(): boolean {
    if (monoMs() - this.#askedMono < SERVICE_EVERY_MS) return true;
    if (!startService(this.#layout.stateDir)) return false;
    this.#askedMono = monoMs();
    return true;
  }

  /**
   * Starts a watchdog with this environment that takes over from the running one. Returns its pid.
   */
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
        ended(code === 0 || code === EXIT_TEMPORARY ? null : `it exited ${exitInWords({ code, signal, outOfMemory: false })}`),
      );
    child.unref();
    return child.pid;
  }
}

/**
 * The variables of a `run` command that a watchdog may inherit: all except DOGWATCH_ENABLED, which
 * is meant for that run only.
 */
export function hostVariables({ DOGWATCH_ENABLED: _ofTheRun, ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return others;
}
