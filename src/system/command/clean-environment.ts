/**
 * Variables of one attempt, or of systemd's protocol with one service, and the watchdog's settings
 * that hold secrets.
 */
const NOT_INHERITED = /^(DOGWATCH_ATTEMPT|DOGWATCH_RUN|DOGWATCH_NOTIFY|DOGWATCH_HEARTBEAT_URL|NOTIFY_SOCKET|WATCHDOG_.*)$/;
const WATCHDOGS_SECRET = /^(DOGWATCH_NOTIFY|DOGWATCH_HEARTBEAT_URL)$/;

/** The environment for any process that is not part of that attempt. */
export const cleanEnvironment = (environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  pick(environment, (name) => !NOT_INHERITED.test(name));

/** The secrets that are passed to a watchdog, and to no other process. */
export const watchdogSecrets = (environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  pick(environment, (name) => WATCHDOGS_SECRET.test(name));

/** What is none of dogwatch's variables. */
export const withoutSettings = (environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> =>
  pick(environment, (name) => !name.startsWith('DOGWATCH_'));

function pick(environment: Readonly<NodeJS.ProcessEnv>, isWanted: (name: string) => boolean): Record<string, string> {
  const wanted: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isWanted(name)) wanted[name] = value;
  }
  return wanted;
}
