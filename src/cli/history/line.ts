import type { Instant } from '../../core/model/facts.ts';
import type { HostRow, JournalRow } from '../../store/reader.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { actionInWords } from '../../view/journal.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { paint, stateFormat } from '../terminal/colors.ts';

/** A decision in the form that scripts read. */
export const asJson = ({ seq, observation, to, actions, because, events }: JournalRow) => ({
  seq,
  at: new Date(observation.at.wall).toISOString(),
  state: to,
  observation: observation.kind,
  actions: actions.map(({ kind }) => kind),
  because,
  events,
});

/** A decision about the machine in the form that scripts read. */
export const hostAsJson = ({ seq, observation, actions, because }: HostRow) => ({
  seq,
  at: new Date(observation.at.wall).toISOString(),
  observation: observation.kind,
  actions: actions.map(({ kind }) => kind),
  because,
});

export const hostInWords = (row: HostRow): string => `${localTime(row)}  #${row.seq}  ${asOfThen(row)}`;

/** A decision for a person: the new state, the reason, and the actions. */
export function inWords(row: JournalRow, stream: NodeJS.WritableStream): string {
  const { from, to, actions } = row;
  const state = paint(from === to ? 'dim' : stateFormat(to), to.padEnd(STATE_COLUMNS), stream);
  const done = actions.length === 0 ? '' : paint('bold', `  → ${actions.map(actionInWords).join(', ')}`, stream);
  return `${state}  ${asOfThen(row)}${done}`;
}

/** What was still to come when it was decided is said from that moment on. */
const asOfThen = ({ observation, because }: Pick<JournalRow, 'observation' | 'because'> | HostRow): string =>
  sanitizeForTerminal(withLocalTimes(because, observation.at.wall));

/** The width of the longest state, so that the reasons align. */
const STATE_COLUMNS = 'handed-off'.length;

/** Formats the time of a decision in local time. */
export function localTime({ observation }: { readonly observation: { readonly at: Instant } }): string {
  const at = new Date(observation.at.wall);
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
