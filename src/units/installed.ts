import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { writeAtomically } from '../system/file/write-atomically.ts';
import type { Manager } from '../system/systemd/systemctl.ts';
import { OURS, renderUnit, type Unit } from './unit.ts';

/** The directory of an operator's own units. */
export function unitDirectory(manager: Manager, env: Readonly<Record<string, string | undefined>>): string {
  if (manager === 'system') return '/etc/systemd/system';
  const config = env.XDG_CONFIG_HOME ?? '';
  return join(isAbsolute(config) ? config : join(env.HOME || homedir(), '.config'), 'systemd/user');
}

/** Files with these names that dogwatch did not write: they are never touched. */
export const foreignUnits = (directory: string, all: readonly Unit[]): readonly string[] =>
  pathsOf(directory, all).filter((path) => existsSync(path) && !isOurs(path));

/** Writes all units, each atomically. Returns their paths. Throws the filesystem's errors. */
export function writeUnits(directory: string, all: readonly Unit[]): readonly string[] {
  mkdirSync(directory, { recursive: true });
  for (const unit of all) {
    const path = join(directory, unit.name);
    writeAtomically(path, renderUnit(unit), { mode: 0o644 });
  }
  return pathsOf(directory, all);
}

/** Removes the units that dogwatch wrote. Returns their paths. */
export function removeUnits(directory: string, all: readonly Unit[]): readonly string[] {
  const ours = pathsOf(directory, all).filter((path) => existsSync(path) && isOurs(path));
  for (const path of ours) rmSync(path);
  return ours;
}

/** Drop-ins, which belong to the operator. */
export const dropIns = (directory: string, all: readonly Unit[]): readonly string[] =>
  pathsOf(directory, all)
    .map((path) => `${path}.d`)
    .filter((path) => existsSync(path));

const pathsOf = (directory: string, all: readonly Unit[]): readonly string[] => all.map(({ name }) => join(directory, name));

const isOurs = (path: string): boolean => readFileSync(path, 'utf8').startsWith(OURS);
