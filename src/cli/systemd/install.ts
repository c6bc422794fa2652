import { spawnSync } from 'node:child_process';
import { errorMessage } from '../../core/values/error-message.ts';
import { isBooted, type Manager, systemctl } from '../../system/systemd/systemctl.ts';
import { dropIns, foreignUnits, removeUnits, unitDirectory, writeUnits } from '../../units/installed.ts';
import { GATE_TIMER, RUN_TIMER, type UnitOptions, units, WATCHDOG } from '../../units/units.ts';
import { EXIT_TEMPORARY, EXIT_UNAVAILABLE, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { needsSystemd } from './here.ts';
import { type UnitWishes, unitOptions, unitsFor } from './options.ts';

/**
 * Writes the units and starts those that must always run. Also upgrades them: the agents keep
 * running while the watchdog restarts. Throws a Problem.
 */
export function installUnits(wishes: UnitWishes): void {
  const options = unitOptions(wishes, process.env);
  const { manager } = options;
  needsSystemd(manager);
  if (manager === 'system') mayBe(options, wishes);
  const directory = unitDirectory(manager, process.env);
  const all = unitsFor(options);
  const foreign = foreignUnits(directory, all);
  if (foreign.length > 0)
    throw new Problem(EXIT_USAGE, 'units with these names already exist', {
      expected: 'none, or units that dogwatch wrote',
      got: foreign.join('\n'),
      hint: 'remove or rename them first',
    });
  say(changing(directory, () => writeUnits(directory, all)).map((path) => `written: ${path}`));
  say(started(options));
}

function started(options: UnitOptions): readonly string[] {
  for (const args of [['daemon-reload'], ['enable', WATCHDOG, GATE_TIMER], ['restart', WATCHDOG, GATE_TIMER]])
    tellManager(options.manager, args);
  return [`running: ${WATCHDOG}, ${GATE_TIMER}`, ...next(options)];
}

/** Stops and removes the installed units; missing ones are ignored. Throws a Problem. */
export function uninstallUnits(manager: Manager): void {
  const directory = unitDirectory(manager, process.env);
  const all = units({ manager, user: '', program: [], stateDir: null, sandbox: true });
  const ours = foreignUnits(directory, all).length === 0;
  if (ours && isBooted()) {
    const { out } = systemctl(manager, ['list-units', '--all', '--plain', '--no-legend', 'dogwatch-*.timer']);
    const timers = out.split('\n').flatMap((line) => line.trim().split(' ').slice(0, 1).filter(Boolean));
    // Failures are ignored: a missing unit need not be stopped. `clean` removes the time of a
    // timer's last event.
    for (const args of [
      ['disable', '--now', GATE_TIMER, WATCHDOG],
      ['stop', 'dogwatch-run@*', 'dogwatch-supervise*', 'dogwatch-alert@*'],
      ['disable', RUN_TIMER],
      ['clean', '--what=state', GATE_TIMER, ...timers],
    ])
      systemctl(manager, args);
  }
  const removed = changing(directory, () => removeUnits(directory, all));
  if (isBooted()) {
    tellManager(manager, ['daemon-reload']);
    systemctl(manager, ['reset-failed', 'dogwatch*']);
  }
  say(removed.length === 0 ? [`no dogwatch units are installed in ${directory}`] : removed.map((path) => `removed: ${path}`));
  say(dropIns(directory, all).map((path) => `yours, left unchanged: ${path}`));
}

const say = (lines: readonly string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/**
 * Throws a Problem unless root has said whose agents they are, so that no agent becomes root by
 * accident.
 */
function mayBe({ user }: UnitOptions, { as }: UnitWishes): void {
  if (process.getuid?.() !== 0)
    throw new Problem(EXIT_UNAVAILABLE, "only root can install the system's units", { hint: 'use sudo, or --user for your own service' });
  if (user === 'root' && as === undefined)
    throw new Problem(EXIT_USAGE, 'cannot tell whose runs they are', {
      expected: '--as USER',
      hint: 'use --as root if the agents should run as root',
    });
  if (spawnSync('id', ['-u', user]).status !== 0) throw new Problem(EXIT_USAGE, `the user ${user} does not exist`);
}

function changing<T>(directory: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    const got = errorMessage(error);
    throw new Problem(EXIT_UNAVAILABLE, `the units in ${directory} cannot be changed`, { got });
  }
}

function tellManager(manager: Manager, args: readonly string[]): void {
  const { status, said } = systemctl(manager, args);
  if (status === 0) return;
  const journal = `journalctl ${manager === 'user' ? '--user ' : ''}-u ${WATCHDOG}`;
  throw new Problem(EXIT_TEMPORARY, `systemctl ${args.join(' ')} failed`, { got: said, hint: `see ${journal}` });
}

const next = ({ manager, user, stateDir }: UnitOptions): readonly string[] =>
  manager === 'user'
    ? ['it stops when you log out, unless you run: loginctl enable-linger']
    : [`so that the commands of ${user} find it, add to the profile: export DOGWATCH_STATE_DIR=${stateDir ?? '/var/lib/dogwatch'}`];
