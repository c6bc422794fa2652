import { isOver } from '../core/model/run.ts';
import type { RunView } from './model.ts';
import { pauseOf } from './runs.ts';

/** What a face can ask the watchdog to do with a run, in the operator's name. */
export interface Act {
  readonly verb: 'ack' | 'pause' | 'unpause' | 'resume' | 'stop';
  /** What it will do, as a clause. */
  readonly does: string;
}

/** The acts that make sense now: the watchdog refuses others. */
export function actsOf(run: RunView): readonly Act[] {
  const { calls, pid, recovery } = run;
  const over = isOver(run);
  const act = (verb: Act['verb'], does: string): Act => ({ verb, does });
  return [
    ...(calls.length === 0 ? [] : [act('ack', `ends the reminders about it (${calls.join('; ')})`)]),
    ...(over ? [] : [pauseAct(run)]),
    ...(run.state === 'complete' || (pid !== null && !run.needsPerson && recovery === null) ? [] : [act('resume', resumeDoes(run))]),
    ...(over ? [] : [act('stop', `ends ${processesOf(run)}; it is not resumed unless you ask for it`)]),
  ];
}

const pauseAct = (run: RunView): Act =>
  pauseOf(run) === undefined
    ? { verb: 'pause', does: `${run.pid === null ? '' : 'its process continues; '}it is not resumed until you unpause it` }
    : { verb: 'unpause', does: 'dogwatch looks after it again' };

function resumeDoes({ name, recovery, attempts, needsLogin, raisesCap }: RunView): string {
  if (raisesCap !== null) return `helps only with a higher cap: type \`dogwatch resume ${name} ${raisesCap}\` instead`;
  if (recovery !== null) return `ends recovery agent ${recovery.number} and starts attempt ${attempts + 1} with a new budget`;
  return `starts attempt ${attempts + 1} now, with a new budget${needsLogin ? '; log in first' : ''}`;
}

function processesOf({ recovery, pid, attempts }: RunView): string {
  if (recovery !== null) return `recovery agent ${recovery.number} and the run`;
  return pid === null ? 'the run, which has no living process' : `attempt ${attempts} (pid ${pid} and all that it started)`;
}
