import type { Run } from '../../core/model/run.ts';
import type { Reader } from '../../store/reader.ts';
import { rowsAfter } from '../history/pages.ts';
import { LineTimes, type Mark } from './line-times.ts';

interface Times {
  startWall?: number;
  endWall?: number;
  readonly marks: Mark[];
}

/**
 * Reads from the journal what is known of the times of a run's logs. `pathOf` is the log of an
 * attempt, or with `isRecovery` of a recovery agent.
 */
export function attemptTimes(
  reader: Reader,
  run: Run,
  isRecovery: boolean,
  pathOf: (attempt: number) => string,
): (attempt: number) => LineTimes {
  const all = new Map<number, Times>();
  const of = (number: number): Times => {
    const times = all.get(number) ?? { marks: [] };
    all.set(number, times);
    return times;
  };
  for (const { observation, events, actions } of rowsAfter(reader, run.id, 0)) {
    const { wall } = observation.at;
    for (const action of actions) if (isRecovery && action.kind === 'recover') of(action.recovery).startWall ??= wall;
    for (const event of events) {
      if (isRecovery && event.kind === 'recovery-over') of(event.recovery).endWall = wall;
      if (!isRecovery && event.kind === 'attempt-started') of(event.attempt).startWall ??= wall;
      if (!isRecovery && event.kind === 'attempt-ended') of(event.attempt).endWall = wall;
    }
    if (!isRecovery && observation.kind === 'log.read' && observation.path === pathOf(observation.attempt))
      of(observation.attempt).marks.push({ offset: observation.cursor.offset, wall });
  }
  const { attempt } = run;
  if (!isRecovery && attempt !== null) of(attempt.number).startWall ??= attempt.startedAt.wall;
  return (number) => {
    const { startWall, endWall, marks } = of(number);
    return new LineTimes(startWall ?? Number.NEGATIVE_INFINITY, marks, endWall ?? Number.POSITIVE_INFINITY);
  };
}
