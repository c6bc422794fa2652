import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where all persistent files are unless DOGWATCH_STATE_DIR says otherwise: systemd's state
 * directory of this unit, else the user's. A relative path in these foreign variables is ignored,
 * as the XDG specification demands.
 */
export function defaultStateDirectory(env: Variables): string {
  const [bySystemd = ''] = (env.STATE_DIRECTORY ?? '').split(':');
  if (isAbsolute(bySystemd)) return resolve(bySystemd);
  const byUser = env.XDG_STATE_HOME ?? '';
  return isAbsolute(byUser) ? resolve(byUser, 'dogwatch') : join(home(env), '.local/state/dogwatch');
}

/**
 * An empty or relative HOME would mean a different directory wherever a command is called: the user
 * database knows better.
 */
function home({ HOME = '' }: Variables): string {
  if (isAbsolute(HOME)) return HOME;
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : NO_HOME;
  } catch {
    return NO_HOME;
  }
}

/** Nothing can be created there, so a user without a home is asked for another directory. */
const NO_HOME = '/dev/null';

/**
 * Returns the state directory, for fast commands that don't load the schema, or null if
 * DOGWATCH_STATE_DIR is not an absolute path.
 */
export function stateDirectory(env: Variables): string | null {
  const set = (env.DOGWATCH_STATE_DIR ?? '').trim();
  if (set === '') return defaultStateDirectory(env);
  return isAbsolute(set) ? resolve(set) : null;
}
