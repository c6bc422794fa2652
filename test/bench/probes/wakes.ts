import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

/** Wake-ups a minute, by what was woken or why. */
export type Wakes = ReadonlyMap<string, number>;

const MINUTE_MS = 60_000;

/** How often the threads of several groups of processes were woken in one window. */
export async function wakes(groups: readonly (() => readonly number[])[], windowMs: number): Promise<readonly Wakes[]> {
  const before = groups.map((pids) => sleeps(pids()));
  const begun = performance.now();
  await setTimeout(windowMs);
  const minutes = (performance.now() - begun) / MINUTE_MS;
  return groups.map((pids, index) => {
    const found = new Map<string, number>();
    for (const [task, { thread, count }] of sleeps(pids())) {
      const woken = count - (before[index]?.get(task)?.count ?? count);
      if (woken > 0) found.set(thread, (found.get(thread) ?? 0) + woken / minutes);
    }
    return found;
  });
}

/** How often each thread has gone to sleep by itself, from which it was woken (proc(5), status). */
function sleeps(pids: readonly number[]): Map<string, { readonly thread: string; readonly count: number }> {
  const found = new Map<string, { readonly thread: string; readonly count: number }>();
  for (const pid of pids)
    for (const task of tasksOf(pid)) {
      const status = readIfThere(`/proc/${pid}/task/${task}/status`);
      const thread = /^Name:\t(.*)$/m.exec(status)?.[1] ?? '?';
      found.set(`${pid}/${task}`, { thread, count: Number(/^voluntary_ctxt_switches:\t(\d+)$/m.exec(status)?.[1] ?? 0) });
    }
  return found;
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What the system calls between two waits of the main thread say about why it woke. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/\/heartbeat\b/, 'the beat: sign of life, inbox'],
  [/^statfs|mountinfo/, 'disks measured'],
  [/\.db-wal/, 'recorded'],
  [/\/snapshot\b/, 'snapshot'],
  [/"\/proc\/\d+\/|"\/proc",/, 'processes looked at'],
  [/\/attempts?\b.*\.log|\/runs\//, 'logs and attempts'],
];
const NO_REASON = "no call: timers, and V8's or libuv's own tasks";
/** A wait of the main thread that is not only a look whether anything is there. */
const WAIT = /^epoll_wait\(.*, (?:-1|[1-9]\d*)\) = |^epoll_pwait2?\(.*, (?:-1|[1-9]\d*), NULL, \d+\) = |^epoll_p?wait.*<unfinished/;

/** Why the main thread of a process woke, from the system calls that it makes then. */
export const reasonsIn = (calls: readonly string[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  let its: string[] | null = null;
  const count = () => {
    if (its === null) return;
    const why = REASONS.filter(([pattern]) => its?.some((call) => pattern.test(call))).map(([, name]) => name);
    const name = why.length === 0 ? NO_REASON : why.join(', ');
    found.set(name, (found.get(name) ?? 0) + 1);
  };
  for (const call of calls) {
    if (WAIT.test(call)) {
      count();
      its = [];
    } else its?.push(call);
  }
  count();
  return found;
};

/** Why strace is unavailable here, or null if it is available. */
export const whyNotTraced = (): string | null =>
  spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0 ? null : 'why it wakes is found with strace, which is not installed';

/** Why the main thread of a process wakes, in wake-ups a minute. */
export async function reasons(pid: number, windowMs: number): Promise<Wakes> {
  const calls: string[] = [];
  const tracer = spawn('strace', ['-y', '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: tracer.stderr });
  lines.on('line', (line) => {
    if (!line.startsWith('strace: ')) calls.push(line);
  });
  await setTimeout(windowMs);
  const ended = Promise.all([once(tracer, 'exit'), once(lines, 'close')]);
  tracer.kill('SIGINT');
  await ended;
  return new Map([...reasonsIn(calls)].map(([why, count]) => [why, (count * MINUTE_MS) / windowMs]));
}
