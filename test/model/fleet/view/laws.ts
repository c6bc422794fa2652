import { factsAge } from '../../../../src/core/fleet/age.ts';
import { isToBeat } from '../../../../src/core/fleet/beat.ts';
import { outboxStep } from '../../../../src/core/fleet/outbox.ts';
import { sawAll, sawBeat } from '../../../../src/core/fleet/seen.ts';

/** What the world of the view is about; a planted bug has another of them. */
export const LAWS = { outbox: outboxStep, isToBeat, sawAll, sawBeat, factsAge };

export type Laws = typeof LAWS;
