import { sinceBootMs } from '../../system/process/process.ts';
import type { Now } from '../../view/fleet/model.ts';

/** This moment on both clocks of this machine. */
export const moment = (): Now => ({ wall: Date.now(), upMs: sinceBootMs() });
