import type { Action, Observation, RunState } from '../core/model/facts.ts';
import { eventInWords, type RunEvent } from '../core/run/events.ts';
import type { Exit } from '../core/values/exit.ts';
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
  isFailure: isFailure(from, to, events),
  happened: events.map(eventInWords),
});

const NEEDY: readonly RunState[] = ['handed-off', 'escalated', 'failed'];

const isFailure = (from: RunState | null, to: RunState, events: readonly RunEvent[]): boolean =>
  (from !== to && NEEDY.includes(to)) || events.some((event) => event.kind === 'attempt-ended' && !isWell(event.exit));

/** The end of a turn is no failure. */
const isWell = (exit: Exit | null): boolean => exit?.code === 0;

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
