import { type JournalUnit, parseUnit } from '../../system/systemd/unit-journal.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/**
 * Parses the unit that an option names. Throws a Problem. Does not check whether the unit exists.
 */
export function unitOf(option: string, text: string): JournalUnit {
  const unit = parseUnit(text);
  if (unit !== null) return unit;
  throw new Problem(EXIT_USAGE, `${option} is not a unit name`, {
    expected: 'a name such as app.service or user:app.service',
    got: JSON.stringify(text),
  });
}
