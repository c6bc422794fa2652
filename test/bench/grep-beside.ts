import { spawn } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const END = 'the end of the log';
const PATTERN = `rate.?limit|usage limit|hit your|unauthorized|quota|context length|no space left|${END}`;
const MIB = 2 ** 20;

/**
 * How long `tail -F | grep` takes to reach the end of a log that it reads from its beginning, and
 * the peak memory of both. Only the last line matches.
 */
export async function grepBeside(log: string): Promise<{ readonly ms: number; readonly residentMiB: number }> {
  appendFileSync(log, `${END}\n`);
  const begun = performance.now();
  const script = 'tail -n +1 -F "$1" 2>/dev/null | grep -m 1 -cEi "$2"';
  const child = spawn('sh', ['-c', script, 'sh', log, PATTERN], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const first = new Promise<number>((resolve, reject) => {
    child.stdout?.once('data', () => resolve(performance.now() - begun));
    child.once('error', reject);
  });
  const residents = { most: 0, over: false };
  const watching = watchMemory(child.pid ?? 0, residents);
  const ms = await first;
  residents.over = true;
  await watching;
  endGroup(child.pid ?? 0);
  return { ms, residentMiB: residents.most / MIB };
}

async function watchMemory(group: number, residents: { most: number; over: boolean }): Promise<void> {
  while (!residents.over) {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && groupOf(name) === group);
    residents.most = Math.max(
      residents.most,
      all.reduce((sum, pid) => sum + residentOf(pid), 0),
    );
    await setTimeout(20);
  }
}

/** tail may notice grep's end by itself, or at its next write. */
function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const groupOf = (pid: string): number => Number(read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[2]);
const residentOf = (pid: string): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
