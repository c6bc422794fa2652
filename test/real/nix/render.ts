import type { Configured, NixUnit } from './nix.ts';

/** Directories of this machine stand in for NixOS' own. */
const SYSTEM_PATH = ['/usr/local', '/usr', ''];

/**
 * The files of all units as NixOS renders them: words of an environment as JSON strings, one line
 * per element of a list.
 */
export function renderAll({ systemd: { services, timers } }: Configured, without: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(services).map(([name, unit]) => [`${name}.service`, render(unit, without)] as const),
    ...Object.entries(timers).map(([name, unit]) => [`${name}.timer`, render(unit, without)] as const),
  ]);
}

function render(unit: NixUnit, without: readonly string[]): string {
  const path = [...(unit.path ?? []), ...SYSTEM_PATH].map((one) => `${one}/bin`).join(':');
  const environment = Object.entries({ PATH: path, ...unit.environment }).map(([name, value]) => JSON.stringify(`${name}=${value}`));
  const sections = {
    Unit: {
      Description: unit.description,
      Wants: unit.wants?.join(' '),
      After: unit.after?.join(' '),
      OnFailure: unit.onFailure?.join(' '),
      ...unit.unitConfig,
    },
    ...(unit.serviceConfig === undefined ? {} : { Service: { Environment: environment, ...unit.serviceConfig } }),
    ...(unit.timerConfig === undefined ? {} : { Timer: unit.timerConfig }),
    Install: { WantedBy: unit.wantedBy?.join(' ') },
  };
  return Object.entries(sections)
    .map(([name, entries]) => `[${name}]\n${lines(entries, without)}`)
    .join('\n');
}

const lines = (entries: Readonly<Record<string, string | readonly string[] | undefined>>, without: readonly string[]): string =>
  Object.entries(entries)
    .filter(([key, value]) => value !== undefined && !without.includes(key))
    .flatMap(([key, value]) => [value ?? ''].flat().map((one) => `${key}=${one}\n`))
    .join('');
