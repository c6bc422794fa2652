import { type JournalUnit, parseUnit } from '../../system/systemd/unit-journal.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * The unit that an option names. Throws a Problem; whether there is such a unit is not looked at.
 */
export function unitOf(option: string, text: string): JournalUnit {
  const unit = parseUnit(text);
  if (unit !== null) return unit;
  throw new Problem(EXIT_USAGE, `${option} is not a unit`, {
    expected: 'a name like app.service, or user:app.service',
    got: JSON.stringify(text),
  });
}
