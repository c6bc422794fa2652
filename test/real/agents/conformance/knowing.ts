import type { Measured } from './measure.ts';
import type { Point } from './point.ts';

/** What an operator has to know of a cell, in words. Only of what was measured. */
export function knowing(point: Point, measured: Measured): string {
  const { lost, effects, atDeath, session, modes, left, remark, silent, secondEnd } = measured;
  const counts = Object.entries(effects) as [keyof typeof effects, number][];
  const twice = counts.filter(([, count]) => count > 1).map(([letter]) => letter);
  const never = counts.filter(([letter, count]) => count === 0 || count < (atDeath[letter] ?? 0)).map(([letter]) => letter);
  const sentences = [
    remark,
    modes.includes('fresh') && 'the session is gone: a fresh one gets the task, a digest and the prompt',
    session === 'unknown' &&
      modes.every((mode) => mode === 'resume') &&
      'it keeps no session: a new one gets the task, a digest and the last calls',
    modes.length === 1 && modes[0] === 'start' && 'no session is left: the task begins again',
    session === 'another' && !modes.includes('fresh') && !modes.includes('start') && 'it went on in another session',
    twice.length > 0 && `${twice.join(', ')} is made twice`,
    never.length > 0 && `${never.join(', ')} is never made`,
    twice.length === 0 && measured.seen !== 'result' && measured.named && 'it is made once, because the prompt names it',
    twice.length === 0 &&
      measured.seen === 'nothing' &&
      !measured.named &&
      measured.warned === true &&
      (atDeath.B ?? atDeath.S ?? 0) > 0 &&
      'it is made once, because the prompt warns of missing steps',
    measured.seen === 'nothing' &&
      !measured.named &&
      measured.warned !== true &&
      (atDeath.B ?? atDeath.S ?? 0) > 0 &&
      'the effect is there, and nothing says so: look into the working directory',
    lost.includes('part') && 'the answer under way is asked for again',
    left.length > 0 && 'its tool lived on, until dogwatch ended it',
    silent > 0 && 'a resume ended well without a question to the model',
    secondEnd !== 'status 0' && `the resumed process ended with ${secondEnd}`,
  ];
  const words = sentences.filter((one): one is string => typeof one === 'string');
  return words.length === 0 ? (point === 'turn-end' ? 'nothing: the turn is whole' : 'nothing') : words.join('; ');
}
