import { Command } from 'commander';
import { describeProgram } from './cli/help/overview.ts';
import { VERSION } from './version.ts';

/** A module that registers commands. */
interface Registrar {
  register(program: Command): void;
}

/**
 * The names of the commands that a module registers, and the module itself. A process runs one
 * command, so it loads one.
 */
type Part = readonly [names: string, load: () => Promise<Registrar>];

/** The commands, grouped as `--help` lists them. */
const GROUPS: Readonly<Record<string, readonly Part[]>> = {
  'Start a run:': [
    ['run', () => import('./cli/run/run.ts')],
    ['rerun', () => import('./cli/run/rerun.ts')],
    ['adopt', () => import('./cli/run/adopt.ts')],
    ['demo demo-agent', () => import('./cli/demo.ts')],
  ],
  'See what is going on:': [
    ['status', () => import('./cli/status/status.ts')],
    ['top', () => import('./cli/top/top.ts')],
    ['explain', () => import('./cli/explain.ts')],
    ['report', () => import('./cli/report/report.ts')],
    ['costs', () => import('./cli/costs/costs.ts')],
    ['history', () => import('./cli/history/history.ts')],
    ['logs', () => import('./cli/logs/logs.ts')],
    ['diff', () => import('./cli/worktree/diff.ts')],
    ['web', () => import('./cli/web/web.ts')],
    ['metrics', () => import('./cli/metrics/metrics.ts')],
  ],
  'Act on a run:': [
    ['questions', () => import('./cli/ask/questions.ts')],
    ['answer', () => import('./cli/ask/answer.ts')],
    ['pause unpause resume stop ack', () => import('./cli/operate/operator.ts')],
    ['wait', () => import('./cli/operate/wait.ts')],
    ['set', () => import('./cli/operate/set.ts')],
    ['rewind', () => import('./cli/worktree/rewind.ts')],
    ['rm', () => import('./cli/remove/rm.ts')],
    ['prune', () => import('./cli/remove/prune.ts')],
  ],
  'From inside a run (for the agent):': [
    ['done blocked progress', () => import('./cli/claims.ts')],
    ['ask-server', () => import('./cli/ask/server.ts')],
  ],
  'Keep watch:': [
    ['watch', () => import('./cli/watch/watch.ts')],
    ['supervise', () => import('./cli/supervise/supervise.ts')],
    ['systemd', () => import('./cli/systemd/systemd.ts')],
  ],
  'Look after the machine:': [
    ['doctor', () => import('./cli/doctor/doctor.ts')],
    ['config', () => import('./cli/config/config.ts')],
    ['notify', () => import('./cli/notify.ts')],
    ['reclaim', () => import('./cli/reclaim/reclaim.ts')],
    ['backup', () => import('./cli/backup.ts')],
    ['restore', () => import('./cli/restore.ts')],
  ],
  'Find out why:': [
    ['replay', () => import('./cli/replay/replay.ts')],
    ['classify', () => import('./cli/classify.ts')],
  ],
  'Learn more:': [
    ['help', () => import('./cli/help/help.ts')],
    ['skill', () => import('./cli/skill/skill.ts')],
    ['completion complete', () => import('./cli/completion/completion.ts')],
  ],
};

/** They speak of all commands. */
const OF_ALL = ['help', 'complete'];

const named = ([names]: Part, name: string): boolean => names.split(' ').includes(name);

/**
 * The program for a command line: with the command that its first word names, or else with all. It
 * throws instead of ending the process.
 */
export async function programFor([first = '']: readonly string[]): Promise<Command> {
  const program = describeProgram(new Command('dogwatch'))
    .version(VERSION)
    .enablePositionalOptions()
    .showHelpAfterError('(see --help)')
    .helpCommand(false)
    .exitOverride();
  const one = OF_ALL.includes(first)
    ? undefined
    : Object.values(GROUPS)
        .flat()
        .find((part) => named(part, first));
  for (const [heading, parts] of Object.entries(GROUPS)) {
    program.commandsGroup(heading);
    const wanted = one === undefined ? parts : parts.filter((part) => part === one);
    for (const { register } of await Promise.all(wanted.map(([, load]) => load()))) register(program);
  }
  for (const command of program.commands) command.exitOverride();
  return program;
}
