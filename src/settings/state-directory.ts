import { userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Where everything durable lies unless DOGWATCH_STATE_DIR says otherwise: systemd's state directory of this unit, else the
 * user's. A relative path in these foreign variables is passed over, as the XDG specification asks.
 */
export function defaultStateDirectory(env: Variables): string {
  const [bySystemd = ''] = (env.STATE_DIRECTORY ?? '').split(':');
  if (isAbsolute(bySystemd)) return resolve(bySystemd);
  const byUser = env.XDG_STATE_HOME ?? '';
  return isAbsolute(byUser) ? resolve(byUser, 'dogwatch') : join(home(env), '.local/state/dogwatch');
}

/** A HOME that is empty or relative would be another directory wherever a command is called: the user database knows better. */
function home({ HOME = '' }: Variables): string {
  if (isAbsolute(HOME)) return HOME;
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : NO_HOME;
  } catch {
    return NO_HOME;
  }
}

/** Nothing can be made there: who has no home is asked for another directory. */
const NO_HOME = '/dev/null';

/** The state directory, for commands that are fast because they don't load the schema; null: DOGWATCH_STATE_DIR is no absolute path. */
export function stateDirectory(env: Variables): string | null {
  const set = (env.DOGWATCH_STATE_DIR ?? '').trim();
  if (set === '') return defaultStateDirectory(env);
  return isAbsolute(set) ? resolve(set) : null;
}
