/**
 * Names of files that failures leave behind: core dumps, crash reports, debug logs. They are always
 * new, and never progress.
 */
const LEFTOVERS: readonly RegExp[] = [
  /^(?:vg)?core$/,
  /^(?:vg)?core[.-](?:.*[.-])?\d+(?:\.(?:zst|lz4|xz|gz))?$/,
  /\.core$/,
  /^report[.-][\d.-]*\d(?:\.\d+)*\.json$/,
  /^(?:hs_err_pid|replay_pid|javacore|heapdump)[\w.-]*$/,
  /\.(?:log|stackdump|dmp|mdmp|crash|hprof|heapsnapshot|phd|coredump)(?:\.\d+)?$/i,
  /^(?:npm|yarn|pnpm|lerna|firebase|ui)-(?:debug|error)\.log[\w.-]*$/,
  /^(?:crash|panic|traceback|stacktrace)[\w.-]*\.(?:txt|json|log|ips)$/i,
  /^erl_crash\.dump$/,
  /^isolate-0x[0-9a-f]+-.*\.log$/i,
  /^Diagnostic(?:Dir)?\..*$/,
  /^nohup\.out$/,
  /^\.nfs[0-9a-f]+$/,
];

/** Whether a file exists only because something failed. */
export const isLeftover = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return LEFTOVERS.some((pattern) => pattern.test(name));
};
