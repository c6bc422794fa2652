import { renderUnit } from '../../units/unit.ts';
import { units } from '../../units/units.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { type UnitWishes, unitOptions, unitsFor } from './options.ts';

/**
 * Prints the units as they would be written, or as JSON, which includes keys for newer systemd
 * versions and since which version they exist.
 */
export function printUnits(wishes: UnitWishes, json: boolean): void {
  endsWithItsOutput();
  const options = unitOptions(wishes, process.env);
  if (json) process.stdout.write(`${JSON.stringify(units(options), null, 2)}\n`);
  else
    process.stdout.write(
      unitsFor(options)
        .map((unit) => `# ${unit.name}\n${renderUnit(unit)}`)
        .join('\n'),
    );
}
