import type { Instant } from '../../core/model/facts.ts';
import { monoMs } from './process.ts';

/** The current time on both clocks. */
export const instant = (): Instant => ({ wall: Date.now(), mono: monoMs() });
