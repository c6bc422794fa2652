import type { Instant } from '../../core/model/facts.ts';
import { monoMs } from './process.ts';

/** This moment. */
export const instant = (): Instant => ({ wall: Date.now(), mono: monoMs() });
