import { signalProcess } from '../../../../src/system/process/process.ts';
import type { Disk } from './disk.ts';
import type { Life } from './life.ts';
import type { Way } from './point.ts';

const DIES_MS = 15_000;
const GOES_ON_MS = 90_000;

/** Why this way is not open to an agent at its point, or null if it is. */
export function closedWay(way: Way, life: Life, disk: Disk | null): string | null {
  if (way === 'wrapper' && life.programs().length < 2) return 'no wrapper is alive there: it is one process';
  return way === 'power' && disk === null ? 'this machine may not mount a disk of its own' : null;
}

interface Dying {
  readonly life: Life;
  readonly disk: Disk | null;
  /** It is on its way out, and held there by the suite, with all that it started. */
  readonly isExiting: boolean;
}

/**
 * Kills it, and waits until what has to die is dead. `release` lets go of what the model holds.
 * Returns what is worth knowing of the death, in words.
 */
export async function kill(way: Way, { life, disk, isExiting }: Dying, release: () => void): Promise<string | null> {
  const programs = life.programs();
  const [outermost] = programs;
  const group = (signal: NodeJS.Signals) => life.child.pid !== undefined && send(-life.child.pid, signal);
  switch (way) {
    case 'agent':
      for (const { identity } of programs.slice(programs.length > 1 && !isExiting ? 1 : 0)) signalProcess(identity, 'SIGKILL');
      return dies(life, isExiting);
    case 'wrapper': {
      if (outermost !== undefined) signalProcess(outermost.identity, 'SIGKILL');
      const goesOn = programs.length > 1 && life.programs().length > 0;
      release();
      const isGone = await life.gone(GOES_ON_MS);
      if (!goesOn) return 'the agent dies with it';
      return isGone ? 'the agent goes on alone to the end of its turn' : 'the agent goes on alone, and does not end';
    }
    case 'group':
      group('SIGKILL');
      return dies(life, isExiting);
    case 'term':
      group('SIGTERM');
      return dies(life, isExiting);
    case 'hup':
      group('SIGHUP');
      return dies(life, isExiting);
    case 'power': {
      const all = life.processes();
      for (const { identity } of all) signalProcess(identity, 'SIGSTOP');
      disk?.cut();
      for (const { identity } of all) signalProcess(identity, 'SIGKILL');
      await life.clear(0);
      await disk?.back();
      return null;
    }
  }
}

async function dies(life: Life, isExiting: boolean): Promise<string | null> {
  await life.over(DIES_MS);
  if (isExiting) return null;
  return (await life.gone(DIES_MS)) ? null : `it lives on for more than ${DIES_MS / 1000} s, until dogwatch ends it`;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}
