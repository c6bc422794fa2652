import type { LogFact } from '../../../src/core/model/log-facts.ts';
import type { World } from '../../../src/core/world.ts';
import type { Machine } from './machine.ts';
import { LARGE_LOG_BYTES, MAX_LOG_BYTES, TOTAL_BYTES } from './volume.ts';

/**
 * Gives back a log that takes a large part of a full disk, and in some worlds one that exceeds the
 * limit of a log.
 */
export function cutLogs(machine: Machine, world: World, push: (fact: LogFact) => void): void {
  const { volume, program, isFull } = machine;
  const { cutsLogs = null } = program;
  if (!isFull && cutsLogs === null) return;
  for (const { id, attempt } of world.active) {
    const processes = attempt?.alive === true && attempt.shim !== null ? machine.attempt(id, attempt.number) : null;
    if (processes === null || processes.logBytes < (isFull ? LARGE_LOG_BYTES : MAX_LOG_BYTES)) continue;
    const { attempt: number, logBytes: tookBytes } = processes;
    const how = isFull ? 'punched' : (cutsLogs ?? 'punched');
    processes.cut(how === 'emptied');
    volume.write(-tookBytes);
    push({ kind: 'log.cut', run: id, attempt: number, how, tookBytes, takesBytes: 0, filledBytes: isFull ? TOTAL_BYTES : null });
  }
}
