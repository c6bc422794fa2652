/** What belongs to one attempt, or to systemd's talk with one service, and the settings of the watchdog that hold secrets. */
const NOT_INHERITED = /^(DOGWATCH_ATTEMPT|DOGWATCH_RUN|DOGWATCH_NOTIFY|DOGWATCH_HEARTBEAT_URL|NOTIFY_SOCKET|WATCHDOG_.*)$/;
const WATCHDOGS_SECRET = /^(DOGWATCH_NOTIFY|DOGWATCH_HEARTBEAT_URL)$/;

/** The variables for whatever is not that attempt: without those that are not inherited. */
export const cleanEnvironment = (environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  those(environment, (name) => !NOT_INHERITED.test(name));

/** What a watchdog is told of those, and nobody else. */
export const watchdogSecrets = (environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  those(environment, (name) => WATCHDOGS_SECRET.test(name));

function those(environment: Readonly<NodeJS.ProcessEnv>, isWanted: (name: string) => boolean): Record<string, string> {
  const wanted: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isWanted(name)) wanted[name] = value;
  }
  return wanted;
}
