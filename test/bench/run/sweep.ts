import { spawnSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { ProcessIdentity } from '../../../src/core/model/facts.ts';
import { identify, signalProcess, statOf } from '../../../src/system/process/process.ts';

const LOOK_EVERY_MS = 50;
const MOST_LOOKS = 600;

/** Ends all processes of a benchmark, unmounts its filesystems, and removes its directory. */
export async function sweep(directory: string, benchmark: string): Promise<void> {
  for (let looks = 0; ; looks++) {
    const left = processesOf(directory);
    for (const identity of left) signalProcess(identity, 'SIGKILL');
    if (left.length === 0) break;
    if (looks === MOST_LOOKS) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} do not end`);
    await setTimeout(LOOK_EVERY_MS);
  }
  for (const mount of mountsBelow(directory)) spawnSync('umount', ['-l', mount], { stdio: 'ignore' });
  // Those of its machines with systemd.
  for (const group of globSync(`/sys/fs/cgroup/{,unified/,systemd/}dogwatch-${benchmark}-*`))
    spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+'], { stdio: 'ignore' });
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Those whose environment names the directory, and all that they started, without this process. */
function processesOf(directory: string): readonly ProcessIdentity[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(Number(name)) ?? []) : []));
  const found = new Set(all.flatMap(({ pid }) => (environmentOf(pid).includes(`=${directory}`) ? [pid] : [])));
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, ppid } of all) if (found.has(ppid)) found.add(pid);
  }
  found.delete(process.pid);
  return [...found].flatMap((pid) => identify(pid) ?? []);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** The innermost first. */
const mountsBelow = (directory: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((mount) => mount.startsWith(`${directory}/`))
    .toReversed();
