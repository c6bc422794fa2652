import { heard, isSilent } from '../../../../src/core/fleet/hearing.ts';
import { mergedHold, saidAfter } from '../../../../src/core/fleet/holds.ts';
import { proberReopened, proberStep } from '../../../../src/core/fleet/prober.ts';

/** What the world of probes is about; a planted bug has another of them. */
export const LAWS = { step: proberStep, reopened: proberReopened, heard, isSilent, mergedHold, saidAfter };

export type Laws = typeof LAWS;
