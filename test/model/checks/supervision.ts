import { supervisionVerdict } from '../../../src/core/report/supervision.ts';
import { MENDER } from '../../kit/core/world.ts';
import type { Machine } from '../world/machine.ts';

/** Has handed-off runs repaired if the program does that. */
export function mendsHandedOff(machine: Machine): void {
  const { disk, clock, program } = machine;
  if (!program.recovers) return;
  for (const run of disk.runs.values()) {
    if (supervisionVerdict(run, 'alive', clock.now).verdict !== 'recover') continue;
    const recovery = { ...MENDER, account: run.spec.account === 'a' ? 'a' : MENDER.account };
    machine.request((request) => ({ kind: 'operator.requested', run: run.id, request, command: { kind: 'recover', recovery } }));
  }
}
