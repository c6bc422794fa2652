import type { Run } from '../../../src/core/model/run.ts';
import type { Machine } from '../world/machine.ts';

/** It has to wait for its hours or a reserve, so it may be ended although it works. */
export const mayHaveToWait = ({ id, parking }: Run, machine: Machine): boolean =>
  machine.planOf(id).waits !== undefined && parking?.isEnding === true;
