import type { SeenProcess } from './seen-process.ts';

/**
 * Shared servers that an attempt may have been the first to start. They are neither ended with it
 * nor counted among its survivors.
 */
const KEPT: readonly { readonly name: string; readonly comm: RegExp; readonly argv: RegExp | null }[] = [
  { name: 'tmux', comm: /^tmux/, argv: null },
  { name: 'screen', comm: /^screen$/i, argv: null },
  { name: 'ssh-agent', comm: /^ssh-agent$/, argv: null },
  { name: 'gpg-agent', comm: /^(gpg-agent|keyboxd|dirmngr|scdaemon)$/, argv: null },
  { name: 'dbus-daemon', comm: /^dbus-(daemon|broker)/, argv: null },
  { name: 'gradle daemon', comm: /^java$/, argv: /\borg\.gradle\.launcher\.daemon\b/ },
  { name: 'kotlin daemon', comm: /^java$/, argv: /\bKotlinCompileDaemon\b/ },
  { name: 'bazel server', comm: /^(java|bazel\(.*)$/, argv: /--workspace_directory=/ },
  { name: 'watchman', comm: /^watchman$/, argv: null },
  { name: 'dogwatch', comm: /^(node|MainThread|dogwatch)/, argv: /\bwatch --until-idle$/ },
  { name: 'adb server', comm: /^adb$/, argv: /\bfork-server\b/ },
];

/** True for a process on the keep-list. The command line is read only if the name is ambiguous. */
export const isKept = (one: Pick<SeenProcess, 'comm' | 'argv'>): boolean =>
  KEPT.some((kept) => kept.comm.test(one.comm) && (kept.argv === null || kept.argv.test(one.argv.join(' '))));
