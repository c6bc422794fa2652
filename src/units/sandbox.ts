import { is, type Section } from './unit.ts';

/**
 * What services of dogwatch may not do. Agents that the watchdog starts itself (launcher `process`) are born inside, so it keeps what a
 * program at work needs: its files, the network, compilers, debuggers, containers, sandboxes of its own.
 */
export const sandbox = (manager: 'system' | 'user', isRoot: boolean): Section => ({
  NoNewPrivileges: is('yes', 'An unattended agent gets no further than its user: no sudo. What needs it: install --no-sandbox.'),
  RestrictRealtime: is('yes'),
  LockPersonality: is('yes'),
  SystemCallArchitectures: is('native'),
  RestrictAddressFamilies: is('AF_UNIX AF_INET AF_INET6 AF_NETLINK'),
  SystemCallFilter: is(
    '~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap',
    "Left: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).",
  ),
  SystemCallErrorNumber: is('EPERM'),
  ...(manager === 'system' ? mounts : {}),
  ...(manager === 'system' && !isRoot ? { CapabilityBoundingSet: is('') } : {}),
});

/** Those that need a mount namespace: a user manager can only have one with a user namespace, which loses the group docker. */
const mounts: Section = {
  ProtectSystem: is('full', 'Not strict: runs work in directories that nobody has named here.'),
  ProtectHome: is('no', 'Agents work in home directories, and have their credentials there.'),
  PrivateTmp: is('no', 'A private /tmp goes when the watchdog restarts; the agents live on, and would lose their files.'),
  PrivateDevices: is('no', 'Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would take them, too; see SystemCallFilter=.'),
  PrivateMounts: is('yes'),
  PrivateNetwork: is('no', 'Models are on the network.'),
  PrivateUsers: is('no', 'The group docker is needed.'),
  RestrictNamespaces: is('no', 'Agents and browsers build sandboxes of their own.'),
  RestrictSUIDSGID: is('no', 'git sets the group bit of directories in shared repositories.'),
  MemoryDenyWriteExecute: is('no', 'JavaScript is compiled at run time.'),
  ProtectProc: is('default', 'Attempts are known by /proc, as is what `adopt` takes over.'),
  ProtectControlGroups: is(
    'no',
    'In a container these two show the boot id of its host, and every process would seem to be from before a reboot.',
  ),
  ProtectKernelTunables: is('no'),
  ProtectHostname: is('yes'),
  ProtectKernelLogs: is('yes'),
  ProtectKernelModules: is('yes'),
};
