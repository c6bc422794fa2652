import { renderUnit } from '../../units/unit.ts';
import { units } from '../../units/units.ts';
import { endsWithItsOutput } from '../terminal/output.ts';
import { type UnitWishes, unitOptions, unitsFor } from './options.ts';

/**
 * The units as they would be written; as JSON with what only a newer systemd knows, and since which
 * version.
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
