import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PidsGivenOut } from '../../../src/system/new-pids.ts';
import { MARK_VARIABLE } from '../../../src/system/process/mark-in-environ.ts';
import type { ProcessTable, Sighted } from '../../../src/system/process/seen-process.ts';
import { Sightings } from '../../../src/system/process/sightings.ts';

interface Process {
  readonly startTicks: number;
  readonly ino: number;
  readonly visibleMs: number;
  readonly isThread: boolean;
  ppid: number;
  mark: string | null;
}

const LARGEST = 380;
const LOWEST = 300;

/** A kernel with few pids, which gives the same one out again soon. */
class Machine {
  readonly processes = new Map<number, Process>([[1, { startTicks: 0, ino: 1, visibleMs: 0, isThread: false, ppid: 0, mark: null }]]);
  nowMs = 60_000;
  looked = 0;
  #last = 1;
  #forks = 10;

  fork(parent: number, more: { readonly mark?: string | null; readonly isThread?: boolean; readonly hiddenMs?: number } = {}): void {
    const from = this.processes.get(parent);
    if (from === undefined || from.isThread || this.processes.size >= LARGEST - LOWEST) return;
    do this.#last = this.#last + 1 >= LARGEST ? LOWEST : this.#last + 1;
    while (this.processes.has(this.#last));
    this.#forks += 1;
    this.processes.set(this.#last, {
      startTicks: Math.floor(this.nowMs / 10),
      ino: this.#forks,
      visibleMs: this.nowMs + (more.hiddenMs ?? 0),
      isThread: more.isThread ?? false,
      ppid: parent,
      mark: more.mark === undefined ? from.mark : more.mark,
    });
  }

  exit(pid: number): void {
    if (pid === 1 || !this.processes.delete(pid)) return;
    for (const one of this.processes.values()) if (one.ppid === pid) one.ppid = 1;
  }

  table(isInOrder: boolean): ProcessTable {
    const visible = (pid: number) => {
      const one = this.processes.get(pid);
      return one !== undefined && one.visibleMs <= this.nowMs ? one : null;
    };
    const givenOut = (): PidsGivenOut => ({
      last: this.#last,
      largest: LARGEST,
      alive: this.processes.size,
      forks: [this.#forks, this.#forks],
    });
    return {
      pids: () => [...this.processes].flatMap(([pid, { isThread }]) => (isThread || visible(pid) === null ? [] : pid)),
      entry: (pid) => {
        if (isInOrder) this.looked += 1;
        const one = visible(pid);
        return one && { ino: one.ino, ctimeMs: one.ino };
      },
      isProcess: (pid) => visible(pid)?.isThread === false,
      environ: (pid) => {
        const mark = visible(pid)?.mark ?? null;
        return { kind: 'read', variables: Buffer.from(mark === null ? 'A=1\0' : `A=1\0${MARK_VARIABLE}=${mark}\0`) };
      },
      stat: visible,
      isShared: () => false,
      givenOut: () => (isInOrder ? givenOut() : null),
      nowMono: () => this.nowMs,
      nowTicks: () => this.nowMs / 10,
    };
  }
}

const found = (sightings: Sightings): readonly string[] =>
  sightings
    .look('urgent')
    .flatMap(([pid, { mark, kin }]) => (mark === null && kin === null ? [] : `${pid}: ${mark ?? kin}`))
    .sort();

/** Those that carry a mark of the run themselves. */
const ofRun = (run: string, sighted: readonly Sighted[]): readonly number[] =>
  sighted.flatMap(([pid, { mark }]) => (mark?.startsWith(`${run}/`) === true ? pid : [])).sort((a, b) => a - b);

const STEP = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fork' as const), of: fc.nat(), hiddenMs: fc.constantFrom(0, 0, 0, 400) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('thread' as const), of: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('attempt' as const), mark: fc.constantFrom('a.1/1/x', 'b.1/1/x') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), of: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('exit' as const), of: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1, 50, 700, 2500, 30_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);

test('finds what a look at all processes finds, whatever starts, ends and reuses a pid', () => {
  fc.assert(
    fc.property(fc.array(STEP, { minLength: 20, maxLength: 250 }), (steps) => {
      const machine = new Machine();
      const [quick, complete] = [new Sightings(machine.table(true)), new Sightings(machine.table(false))];
      const some = (of: number): number => [...machine.processes.keys()][of % machine.processes.size] ?? 1;
      for (const step of steps) {
        if (step.kind === 'fork') machine.fork(some(step.of), { hiddenMs: step.hiddenMs });
        if (step.kind === 'thread') machine.fork(some(step.of), { isThread: true });
        if (step.kind === 'attempt') machine.fork(1, { mark: step.mark });
        if (step.kind === 'clear') {
          const one = machine.processes.get(some(step.of));
          if (one !== undefined) one.mark = null;
        }
        if (step.kind === 'exit') machine.exit(some(step.of));
        if (step.kind === 'pass') machine.nowMs += step.ms;
        if (step.kind === 'look') expect(found(quick)).toEqual(found(complete));
        if (step.kind === 'look')
          expect(ofRun('a.1', quick.lookFor(new Set(['a.1']), 'urgent'))).toEqual(ofRun('a.1', complete.look('urgent')));
      }
      expect(found(quick)).toEqual(found(complete));
    }),
    { numRuns: 400 },
  );
});

test('the look does not grow with processes that belong to no attempt', () => {
  const looks = [5, 60].map((strangers) => {
    const machine = new Machine();
    const sightings = new Sightings(machine.table(true));
    for (let index = 0; index < strangers; index++) machine.fork(1);
    for (let look = 0; look < 4; look++) {
      found(sightings);
      machine.nowMs += 11_000;
    }
    machine.fork(1, { mark: 'a.1/1/x' });
    machine.looked = 0;
    expect(found(sightings)).toHaveLength(1);
    return machine.looked;
  });
  expect(looks).toEqual([1, 1]);
});

test('every process is looked at where pids are not given out in order', () => {
  const machine = new Machine();
  const sightings = new Sightings(machine.table(true));
  for (let look = 0; look < 4; look++) {
    machine.fork(1);
    found(sightings);
    machine.nowMs += 2000;
  }
  // A restored process has its own pid.
  machine.processes.set(200, { startTicks: 1, ino: 777, visibleMs: 0, isThread: false, ppid: 1, mark: null });
  machine.nowMs += 400_000;
  found(sightings);
  machine.processes.set(100, { startTicks: 7000, ino: 778, visibleMs: 0, isThread: false, ppid: 1, mark: 'a.1/1/x' });
  expect(found(sightings)).toEqual(['100: a.1/1/x']);
});
