import type { Action, Observation, RunState } from '../core/model/facts.ts';
import { eventInWords, type RunEvent } from '../core/run/events.ts';
import type { JournalLine } from './detail.ts';

/** A row of a run's journal. */
export interface Row {
  readonly seq: number;
  readonly observation: Observation;
  readonly from: RunState | null;
  readonly to: RunState;
  readonly because: string;
  readonly events: readonly RunEvent[];
  readonly actions: readonly Action[];
}

export const journalLine = ({ seq, observation, from, to, because, events, actions }: Row): JournalLine => ({
  seq,
  at: new Date(observation.at.wall).toISOString(),
  from,
  state: to,
  observation: observation.kind,
  because,
  actions: actions.map(({ kind }) => kind),
  decided: actions.map(actionInWords),
  happened: events.map(eventInWords),
});

/** An action as a decision orders it. */
export function actionInWords(action: Action): string {
  switch (action.kind) {
    case 'resume':
      return action.mode === 'start'
        ? `start attempt ${action.attempt}`
        : `resume as attempt ${action.attempt}${action.mode === 'fresh' ? ' with a new session' : ''}`;
    case 'end':
      return `end attempt ${action.attempt}`;
    case 'recover':
      return `start recovery agent ${action.recovery}`;
    case 'end-recovery':
      return `end recovery agent ${action.recovery}`;
    case 'escalate':
      return `ask the ${action.to}`;
  }
}
