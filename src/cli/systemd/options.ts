import { resolve } from 'node:path';
import { defaultStateDirectory, stateDirectory } from '../../settings/state-directory.ts';
import { userName } from '../../system/process/user-name.ts';
import { systemdVersion } from '../../system/systemd/systemctl.ts';
import { forVersion, type Unit } from '../../units/unit.ts';
import { SYSTEM_STATE, type UnitOptions, units } from '../../units/units.ts';
import { EXIT_CONFIGURATION, Problem } from '../terminal/problem.ts';

/** The options of the command line. */
export interface UnitWishes {
  readonly user?: boolean;
  readonly as?: string;
  readonly program?: string;
  readonly sandbox: boolean;
}

export function unitOptions(wishes: UnitWishes, env: NodeJS.ProcessEnv): UnitOptions {
  const manager = wishes.user === true ? 'user' : 'system';
  const [, program = ''] = process.argv;
  return {
    manager,
    user: wishes.as ?? env.SUDO_USER ?? userName(),
    program: wishes.program === undefined ? [process.execPath, resolve(program)] : [resolve(wishes.program)],
    stateDir: manager === 'user' ? userStateDir(env) : systemStateDir(env),
    sandbox: wishes.sandbox,
  };
}

/**
 * Returns the directory that the variable names, or null if it is unset or names the default, which
 * systemd creates.
 */
function systemStateDir(env: NodeJS.ProcessEnv): string | null {
  if ((env.DOGWATCH_STATE_DIR ?? '').trim() === '') return null;
  const directory = said(env);
  return directory === SYSTEM_STATE ? null : directory;
}

function said(env: NodeJS.ProcessEnv): string {
  const directory = stateDirectory(env);
  if (directory !== null) return directory;
  throw new Problem(EXIT_CONFIGURATION, 'DOGWATCH_STATE_DIR is not valid', {
    expected: 'an absolute path',
    got: JSON.stringify(env.DOGWATCH_STATE_DIR),
  });
}

/**
 * Returns the directory that the user's commands use, or null if that is the default of the units.
 */
function userStateDir(env: NodeJS.ProcessEnv): string | null {
  const directory = said(env);
  return directory === defaultStateDirectory({ HOME: env.HOME }) ? null : directory;
}

/**
 * Returns the units for the systemd version of this machine, or for the newest one if there is
 * none.
 */
export const unitsFor = (options: UnitOptions): readonly Unit[] => {
  const version = systemdVersion();
  return units(options).map((unit) => forVersion(unit, version));
};
