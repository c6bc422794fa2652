import { constants } from 'node:os';
import type { Exit } from '../../core/values/exit.ts';
import { properties } from './systemctl.ts';
import type { TransientUnit } from './transient-unit.ts';

/** systemd learns of a death at about the same time as we do, so it may need several looks. */
const LOOKS = 5;
/** CLD_EXITED of waitid(2); other values are deaths by signal. */
const EXITED = '1';

/**
 * How the main process of a unit ended, according to systemd, its parent; null if it does not know
 * (any more).
 */
export function exitOfUnit({ manager, name }: TransientUnit, pid: number): Exit | null {
  for (let look = 0; look < LOOKS; look++) {
    const known = properties(manager, name, ['ExecMainPID', 'ExecMainCode', 'ExecMainStatus', 'Result']);
    if (known.get('ExecMainPID') !== String(pid)) return null;
    const [code = '0', status] = [known.get('ExecMainCode'), Number(known.get('ExecMainStatus'))];
    const outOfMemory = known.get('Result') === 'oom-kill';
    if (code === EXITED) return { code: status, signal: null, outOfMemory };
    if (code !== '0') return { code: null, signal: nameOf(status), outOfMemory };
  }
  return null;
}

const nameOf = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
