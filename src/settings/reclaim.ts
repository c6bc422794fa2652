import { dockerHost } from '../system/docker/context.ts';
import { parseEndpoint } from '../system/docker/endpoint.ts';
import { hostSetting } from './host.ts';
import { age, entries, label } from './reclaim-types.ts';
import { bytes, duration, flag } from './types.ts';

const globs = entries({
  separator: /[\s,]+/,
  glue: ',',
  isFine: (entry) => /^[\w.:/@*?-]+$/.test(entry),
  expected: 'image names as globs, separated by commas or spaces',
  hint: 'such as ghcr.io/acme/* or postgres:16',
});

const endpoints = entries({
  separator: /[\s,]+/,
  glue: ',',
  isFine: (entry) => parseEndpoint(entry) !== null,
  expected: 'endpoints of Docker engines, separated by commas or spaces',
  hint: 'unix:///path, tcp://host:port or ssh://user@host',
});

const COMMANDS = { separator: /\n|;;/, glue: ' ;; ' } as const;

const commands = entries({
  ...COMMANDS,
  isFine: (entry) => !/^@\S*$/.test(entry),
  expected: 'commands for /bin/sh, one per line or separated by ;;',
  hint: 'start a command with @/path to name the disk that it frees: @/nix nix-collect-garbage --delete-older-than 7d',
});

const probes = entries({
  ...COMMANDS,
  isFine: (entry) => /^\S+=\S/.test(entry) && parseEndpoint(entry.slice(0, entry.indexOf('='))) !== null,
  expected: 'ENDPOINT=COMMAND, one per line or separated by ;;',
  hint: 'the last number that the command prints is the number of available bytes: ssh://ci@box=ssh ci@box df -B1 --output=avail /var/lib/docker',
});

/** What may be removed to free space, and when. */
export const RECLAIM_SETTINGS = {
  reclaimMinAgeMs: hostSetting(
    'DOGWATCH_RECLAIM_MIN_AGE',
    age(),
    '7d',
    'Images, build cache and leftovers of agents are removed when unused for this long.',
  ),
  prereclaim: hostSetting('DOGWATCH_PRERECLAIM', flag(), '1', 'With 0, stale images are not removed before the first attempt of a run.'),
  prereclaimMinAgeMs: hostSetting(
    'DOGWATCH_PRERECLAIM_MIN_AGE',
    age(),
    '7d',
    'Images unused for this long are removed before the first attempt of a run.',
  ),
  prereclaimTimeoutMs: hostSetting(
    'DOGWATCH_PRERECLAIM_TIMEOUT',
    duration({ leastMs: 1 }),
    '8s',
    'Longest time that this removal may delay the start of a run.',
  ),
  keepLabel: hostSetting('DOGWATCH_KEEP_LABEL', label(), 'dogwatch.keep', 'An image with this label is kept.'),
  reclaimKeep: hostSetting('DOGWATCH_RECLAIM_KEEP', globs, 'none', 'Images with a name that matches one of these patterns are kept.'),
  reclaimOnly: hostSetting(
    'DOGWATCH_RECLAIM_ONLY',
    globs,
    '*',
    'Only images whose every name matches one of these patterns are removed. The default, `*`, includes untagged images.',
  ),
  reclaimImages: hostSetting('DOGWATCH_RECLAIM_IMAGES', flag(), '1', 'With 0, no Docker image that has a name is removed.'),
  reclaimDangling: hostSetting('DOGWATCH_RECLAIM_DANGLING', flag(), '1', 'With 0, no Docker image without a name is removed.'),
  reclaimBuildCache: hostSetting('DOGWATCH_RECLAIM_BUILD_CACHE', flag(), '1', "With 0, Docker's build cache is left alone."),
  reclaimLogs: hostSetting('DOGWATCH_RECLAIM_LOGS', flag(), '1', 'With 0, no old log of an attempt is removed.'),
  logsMaxAgeMs: hostSetting('DOGWATCH_LOGS_MAX_AGE', age(), '30d', 'Logs of attempts are removed when older than this.'),
  logsMaxBytes: hostSetting(
    'DOGWATCH_LOGS_MAX_TOTAL',
    bytes({ mostBytes: 2 ** 50 }),
    '2GiB',
    'The oldest logs of attempts are removed while all of them together are larger than this.',
  ),
  maxLogBytes: hostSetting(
    'DOGWATCH_MAX_LOG',
    bytes({ mostBytes: 2 ** 50 }),
    '1GiB',
    "The oldest part of a running attempt's log is discarded when the log takes more than this; with 0, only when it has filled its disk.",
  ),
  reclaimLeftovers: hostSetting('DOGWATCH_RECLAIM_LEFTOVERS', flag(), '0', "With 1, opencode's old logs and snapshots are removed."),
  reclaimCommands: hostSetting('DOGWATCH_RECLAIM_COMMANDS', commands, 'none', 'Your own commands that free space, run last.'),
  reclaimCommandTimeoutMs: hostSetting(
    'DOGWATCH_RECLAIM_COMMAND_TIMEOUT',
    duration({ leastMs: 1 }),
    '10m',
    'Longest time that one of these commands may take.',
  ),
  dockerHosts: hostSetting(
    'DOGWATCH_DOCKER_HOSTS',
    endpoints,
    (env) => [dockerHost(env).url].filter((url) => url !== null),
    'Docker engines whose images and build cache are reclaimed; by default the one of DOCKER_HOST, DOCKER_CONTEXT or the current context.',
  ),
  diskProbes: hostSetting(
    'DOGWATCH_DISK_PROBES',
    probes,
    'none',
    "How to measure the free space on a remote engine's disk: ENDPOINT=COMMAND.",
  ),
} as const;
