const NOT_INHERITED = /^(DOGWATCH_ATTEMPT|DOGWATCH_RUN|NOTIFY_SOCKET|WATCHDOG_.*)$/;

/** The variables without those that belong to one attempt, or to systemd's talk with one service: whatever is not that attempt gets these. */
export function cleanEnvironment(environment: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !NOT_INHERITED.test(name)) clean[name] = value;
  }
  return clean;
}
