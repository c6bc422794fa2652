import type { Decision } from '../core/decision.ts';
import { errorMessage } from '../core/values/error-message.ts';
import { deleteAside, putBack, setAside } from '../store/removal.ts';
import type { Watch } from './options.ts';

/** The files of runs that the operator removes: set aside before it is recorded, deleted after. */
export function removalsOf({ layout, state: { store }, report }: Pick<Watch, 'layout' | 'state' | 'report'>) {
  const removedBy = (decision: Decision): string | null =>
    decision.kind === 'host' && decision.observation.kind === 'run.removed' ? decision.observation.run : null;
  return {
    /** Returns the decision, or a refusal if the files cannot be set aside. */
    before: (decision: Decision): Decision => {
      const run = removedBy(decision);
      if (run === null) return decision;
      try {
        const known = store.run(run);
        if (known === null) throw new Error('its row cannot be read');
        setAside(layout, run, known.spec.environmentFile);
        return decision;
      } catch (error) {
        putBack(layout, run);
        const { reply } = decision;
        const message = `its files cannot be removed: ${errorMessage(error)}`;
        return reply === null ? decision : { kind: 'refused', reply: { ...reply, accepted: false, message } };
      }
    },
    /** Deletes in the background: many logs take a while. */
    after: (decision: Decision): void => {
      const run = removedBy(decision);
      if (run === null) return;
      deleteAside(layout, run).catch((error: unknown) =>
        report(`files of the removed run ${run} are left in ${layout.removed}: ${errorMessage(error)}; the next start tries again`),
      );
    },
  };
}
