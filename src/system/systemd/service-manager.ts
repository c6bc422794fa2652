import { execFile } from 'node:child_process';

/** The service manager that started this process and listens to it. */
export interface ServiceManager {
  /** How often it must be notified that this process is alive, in ms. */
  readonly aliveEveryMs: number;
  /**
   * Notifies it, as in sd_notify(3): `READY=1`, `STATUS=…`. Resolves with null once the message is
   * accepted, or else with what went wrong.
   */
  tell(lines: readonly string[]): Promise<string | null>;
}

/** It acts when three of these in a row are missed. */
const PINGS_A_TIMEOUT = 3;
/** Without a watchdog timeout, the status is still repeated at this interval. */
const UNWATCHED_MS = 60_000;
const DEADLINE_MS = 10_000;
const PROGRAM = 'systemd-notify';

/**
 * The service manager, or null if none listens. Removes its variables from `environment`, so that
 * no child process talks to it. Node cannot open the datagram socket itself, so systemd's own
 * program does; it waits until the message is accepted, because the manager cannot identify a
 * sender that has already exited.
 */
export function serviceManager(environment: NodeJS.ProcessEnv): ServiceManager | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds } = environment;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
  if (socket === undefined || socket === '') return null;
  const timeoutMs = Number(microseconds) / 1000;
  const env = { PATH: environment.PATH ?? '', NOTIFY_SOCKET: socket };
  return {
    aliveEveryMs: timeoutMs > 0 ? timeoutMs / PINGS_A_TIMEOUT : UNWATCHED_MS,
    tell: (lines) =>
      new Promise((resolve) => {
        execFile(PROGRAM, [...lines], { env, timeout: DEADLINE_MS, killSignal: 'SIGKILL' }, (error, _out, stderr) =>
          resolve(error === null ? null : stderr.trim() || error.message),
        );
      }),
  };
}
