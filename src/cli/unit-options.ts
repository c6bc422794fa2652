import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { defaultStateDirectory, stateDirectory } from '../settings/state-directory.ts';
import { systemdVersion } from '../system/systemd.ts';
import { forVersion, type Unit } from '../systemd/unit.ts';
import { type UnitOptions, units } from '../systemd/units.ts';

/** What was asked for on the command line. */
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
    user: wishes.as ?? env.SUDO_USER ?? userInfo().username,
    program: wishes.program === undefined ? [process.execPath, resolve(program)] : [resolve(wishes.program)],
    stateDir: manager === 'user' ? userStateDir(env) : env.DOGWATCH_STATE_DIR ? stateDirectory(env) : null,
    sandbox: wishes.sandbox,
  };
}

/** The very one that the user's commands work on; null: it is where the units look anyway. */
function userStateDir(env: NodeJS.ProcessEnv): string | null {
  const directory = stateDirectory(env);
  return directory === defaultStateDirectory({ HOME: env.HOME }) ? null : directory;
}

/** The units for the systemd that is here; for the newest where there is none. */
export const unitsFor = (options: UnitOptions): readonly Unit[] => {
  const version = systemdVersion();
  return units(options).map((unit) => forVersion(unit, version));
};
