import { is, type Section } from './unit.ts';

/**
 * What dogwatch's services may not do. Agents that the watchdog starts itself (launcher `process`)
 * run inside, so it leaves what programs need: their files, the network, compilers, debuggers,
 * containers, sandboxes of their own.
 */
export const sandbox = (manager: 'system' | 'user', isRoot: boolean): Section => ({
  NoNewPrivileges: is('yes', 'An unattended agent gets no more rights than its user: no sudo. If it needs that: install --no-sandbox.'),
  RestrictRealtime: is('yes'),
  LockPersonality: is('yes'),
  SystemCallArchitectures: is('native'),
  RestrictAddressFamilies: is('AF_UNIX AF_INET AF_INET6 AF_NETLINK'),
  SystemCallFilter: is(
    '~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap',
    "Allowed: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).",
  ),
  SystemCallErrorNumber: is('EPERM'),
  ...(manager === 'system' ? mounts : {}),
  ...(manager === 'system' && !isRoot ? { CapabilityBoundingSet: is('') } : {}),
});

/**
 * Settings that need a mount namespace: a user manager can only have one together with a user
 * namespace, which loses the group docker.
 */
const mounts: Section = {
  ProtectSystem: is('full', 'Not strict: runs work in directories that are not listed here.'),
  ProtectHome: is('no', 'Agents work in home directories, and keep their credentials there.'),
  PrivateTmp: is('no', 'A private /tmp is removed when the watchdog restarts; the agents survive, and would lose their files.'),
  PrivateDevices: is(
    'no',
    'Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would deny them as well; see SystemCallFilter=.',
  ),
  PrivateMounts: is('yes'),
  PrivateNetwork: is('no', 'Agents reach their models over the network.'),
  PrivateUsers: is('no', 'The group docker is needed.'),
  RestrictNamespaces: is('no', 'Agents and browsers build sandboxes of their own.'),
  RestrictSUIDSGID: is('no', 'git sets the group bit of directories in shared repositories.'),
  MemoryDenyWriteExecute: is('no', 'JavaScript is compiled at run time.'),
  ProtectProc: is('default', 'Attempts, and processes to `adopt`, are found through /proc.'),
  ProtectControlGroups: is('no', "In a container these two show the host's boot id, and every process would seem to predate a reboot."),
  ProtectKernelTunables: is('no'),
  ProtectHostname: is('yes'),
  ProtectKernelLogs: is('yes'),
  ProtectKernelModules: is('yes'),
};
