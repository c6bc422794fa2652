import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorMessage } from '../../core/values/error-message.ts';
import { readSettings } from '../../settings/read.ts';
import { formatSize } from '../../settings/size.ts';
import { ELSEWHERE, isOurOwn, whyUnsafe } from '../../store/directory/safe-place.ts';
import { ROOM_FACTOR } from '../../system/disk/ballast.ts';
import { diskSpace } from '../../system/disk/space.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Below this an agent's build or clone is likely to fill the disk. */
const LITTLE_ROOM_BYTES = 2 ** 30;
/** Below this, dogwatch cannot even record decisions for long. */
const NO_ROOM_BYTES = 16 * 2 ** 20;
const FEW_INODES = 10_000;

/** Magic numbers from statfs(2) of filesystems on which locks, and so SQLite, are not reliable. */
const NETWORK_FILESYSTEMS: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  16914839: '9p',
  12805120: 'Ceph',
  1397113167: 'AFS',
  198183888: 'Lustre',
};

/**
 * Checks whether the state directory, or the place where it will be created, is safe. Leaves
 * nothing behind.
 */
export async function checkStateDirectory(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { stateDir, ballastBytes } = readSettings(env).settings;
  const existing = nearestExisting(stateDir);
  const rooms = await room(existing, ballastBytes);
  return [writable(stateDir, existing), ...safe(stateDir), ...rooms, ...(await network(existing))];
}

const nearestExisting = (path: string): string => (existsSync(path) || path === dirname(path) ? path : nearestExisting(dirname(path)));

/** Tries the same steps as a durable write. */
function writable(stateDir: string, existing: string): Finding {
  const said = stateDir === existing ? stateDir : `${stateDir} (will be created)`;
  try {
    const probe = mkdtempSync(join(existing, '.dogwatch-doctor-'));
    try {
      const file = openSync(join(probe, 'new'), 'wx', 0o600);
      writeSync(file, 'x');
      fsyncSync(file);
      closeSync(file);
      renameSync(join(probe, 'new'), join(probe, 'kept'));
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
    return ok('state directory', said);
  } catch (error) {
    const because = errorMessage(error);
    return fail('state directory', `${stateDir} cannot be used: ${because}`, ELSEWHERE);
  }
}

/** Fails where `run` refuses. Only suggests changing a directory that belongs to dogwatch alone. */
function safe(stateDir: string): Finding[] {
  const why = whyUnsafe(stateDir);
  if (why !== null) return [fail('state directory', `expected ${why.expected}, got ${why.got}`, why.remedy)];
  const stats = statSync(stateDir, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const uid = process.getuid?.();
  if (stats.uid !== uid) {
    const next = 'run dogwatch as its owner: one user per state directory';
    return [warn('state directory', `it belongs to uid ${stats.uid}, but this is uid ${uid}`, next)];
  }
  if ((stats.mode & 0o020) === 0) return [];
  return [warn('state directory', 'its group may write to it', isOurOwn(stateDir) ? `chmod 700 ${stateDir}` : ELSEWHERE)];
}

async function room(path: string, ballastBytes: number): Promise<Finding[]> {
  const disk = await diskSpace(path);
  if (disk.kind === 'unknown') return [warn('disk', `its free space cannot be determined: ${disk.because}`, 'try `df` on it')];
  const { availableBytes, totalBytes, availableInodes } = disk;
  const said = `${inGiB(availableBytes)} of ${inGiB(totalBytes)} available`;
  const next = 'free some space, or set DOGWATCH_STATE_DIR to another filesystem';
  const bytes =
    availableBytes < NO_ROOM_BYTES
      ? fail('disk', `${said}: less than ${formatSize(NO_ROOM_BYTES)}`, next)
      : availableBytes < LITTLE_ROOM_BYTES
        ? warn('disk', `${said}: less than ${formatSize(LITTLE_ROOM_BYTES)}`, next)
        : ok('disk', said);
  return [bytes, ...ballast(availableBytes, ballastBytes), ...inodes(availableInodes)];
}

/** dogwatch reserves the ballast only if enough space is left. */
function ballast(availableBytes: number, bytes: number): Finding[] {
  if (bytes === 0) return [warn('ballast', 'none: on a full disk nothing can be recorded', 'unset DOGWATCH_BALLAST')];
  if (availableBytes >= ROOM_FACTOR * bytes) return [ok('ballast', `there is room for ${formatSize(bytes)} in reserve`)];
  return [warn('ballast', `no room for ${formatSize(bytes)} in reserve`, 'free some space, or lower DOGWATCH_BALLAST')];
}

function inodes(available: number | null): Finding[] {
  if (available === null) return [];
  if (available === 0) return [fail('inodes', 'none available', 'delete files: no new ones can be created')];
  if (available < FEW_INODES) return [warn('inodes', `only ${available} available`, 'delete files that you do not need')];
  return [ok('inodes', `${available} available`)];
}

const inGiB = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

async function network(path: string): Promise<Finding[]> {
  const type = await statfs(path).then(
    (stats) => stats.type,
    () => 0,
  );
  const name = NETWORK_FILESYSTEMS[type >>> 0];
  return name === undefined
    ? []
    : [warn('filesystem', `${path} is on ${name}: locks are not reliable there`, 'set DOGWATCH_STATE_DIR to a local filesystem')];
}
