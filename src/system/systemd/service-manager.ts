import { execFile } from 'node:child_process';

/** The service manager that has started this process, and listens to it. */
export interface ServiceManager {
  /** How often it has to hear that this process is alive, in ms. */
  readonly aliveEveryMs: number;
  /** Tells it something, as sd_notify(3) has it: `READY=1`, `STATUS=…`. Null: it has taken it; else what went wrong. */
  tell(lines: readonly string[]): Promise<string | null>;
}

/** It acts when it has heard nothing for three of these. */
const PINGS_A_TIMEOUT = 3;
/** Where nobody waits for a sign of life, the status is all the same repeated now and then. */
const UNWATCHED_MS = 60_000;
const DEADLINE_MS = 10_000;
const PROGRAM = 'systemd-notify';

/**
 * The service manager; null: nobody listens. It takes the variables that lead to it out of `environment`: nothing else that is started from here shall
 * talk to it. Node can't open the datagram socket itself, so systemd's own program does, and waits until the message was taken: of a sender
 * that has ended the manager does not know any more whose it was.
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
        execFile(PROGRAM, [...lines], { env, timeout: DEADLINE_MS, killSignal: 'SIGKILL' }, (error, _out, said) =>
          resolve(error === null ? null : said.trim() || error.message),
        );
      }),
  };
}
