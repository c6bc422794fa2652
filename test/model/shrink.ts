import type { PlannedRun, Program } from './programs/program.ts';

/** How many smaller programs are tried at most. */
const MAX_TRIES = 1500;

/** The smallest program found by leaving parts out that still fails in the same way. */
export function shrunk(program: Program, fails: (smaller: Program) => boolean): Program {
  let tries = 0;
  const isStill = (smaller: Program) => tries++ < MAX_TRIES && fails(smaller);
  let best = program;
  for (let size = Number.POSITIVE_INFINITY; sizeOf(best) < size; ) {
    size = sizeOf(best);
    best = without(best, best.events, (one, events) => ({ ...one, events }), isStill);
    if (best.runs.length > 1) best = without(best, best.runs, withRuns, isStill);
    for (let index = 0; index < best.runs.length; index++) best = shorter(best, index, isStill);
  }
  return best;
}

function shorter(program: Program, index: number, isStill: (smaller: Program) => boolean): Program {
  let best = without(program, program.runs[index]!.lives, (one, lives) => withRun(one, index, { lives }), isStill);
  for (let life = 0; life < best.runs[index]!.lives.length; life++) {
    const put = (one: Program, acts: PlannedRun['lives'][number]) =>
      withRun(one, index, { lives: one.runs[index]!.lives.map((known, at) => (at === life ? acts : known)) });
    best = without(best, best.runs[index]!.lives[life]!, put, isStill);
  }
  return best;
}

/** Leaves out halves of a list, then quarters, and finally single entries. */
function without<T>(
  program: Program,
  list: readonly T[],
  put: (program: Program, list: readonly T[]) => Program,
  isStill: (smaller: Program) => boolean,
): Program {
  let best = program;
  let left = list;
  for (let step = Math.ceil(left.length / 2); step >= 1; step = step === 1 ? 0 : Math.ceil(step / 2))
    for (let at = 0; at < left.length; ) {
      const fewer = [...left.slice(0, at), ...left.slice(at + step)];
      const smaller = put(best, fewer);
      if (isStill(smaller)) [best, left] = [smaller, fewer];
      else at += step;
    }
  return best;
}

/** Drops the events of runs that were left out. */
function withRuns(program: Program, runs: readonly PlannedRun[]): Program {
  const names = new Set(runs.map(({ name }) => name));
  return { ...program, runs, events: program.events.filter((event) => !('run' in event) || names.has(event.run)) };
}

const withRun = (program: Program, index: number, patch: Partial<PlannedRun>): Program => ({
  ...program,
  runs: program.runs.map((run, at) => (at === index ? { ...run, ...patch } : run)),
});

export const sizeOf = ({ runs, events }: Program): number =>
  runs.length + events.length + runs.flatMap(({ lives }) => lives).reduce((sum, life) => sum + 1 + life.length, 0);
