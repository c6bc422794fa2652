import { Command, CommanderError } from 'commander';
import * as answer from './cli/ask/answer.ts';
import * as questions from './cli/ask/questions.ts';
import * as server from './cli/ask/server.ts';
import * as backup from './cli/backup.ts';
import * as claims from './cli/claims.ts';
import * as classify from './cli/classify.ts';
import * as completion from './cli/completion/completion.ts';
import * as config from './cli/config/config.ts';
import * as costs from './cli/costs/costs.ts';
import * as demo from './cli/demo.ts';
import * as doctor from './cli/doctor/doctor.ts';
import * as explain from './cli/explain.ts';
import * as fleet from './cli/fleet/fleet.ts';
import * as help from './cli/help/help.ts';
import { describeProgram } from './cli/help/overview.ts';
import * as history from './cli/history/history.ts';
import * as logs from './cli/logs/logs.ts';
import * as metrics from './cli/metrics/metrics.ts';
import * as notify from './cli/notify.ts';
import * as operator from './cli/operate/operator.ts';
import * as set from './cli/operate/set.ts';
import * as wait from './cli/operate/wait.ts';
import * as reclaim from './cli/reclaim/reclaim.ts';
import * as prune from './cli/remove/prune.ts';
import * as rm from './cli/remove/rm.ts';
import * as replay from './cli/replay/replay.ts';
import * as report from './cli/report/report.ts';
import * as restore from './cli/restore.ts';
import * as adopt from './cli/run/adopt.ts';
import * as rerun from './cli/run/rerun.ts';
import * as run from './cli/run/run.ts';
import * as skill from './cli/skill/skill.ts';
import * as status from './cli/status/status.ts';
import * as supervise from './cli/supervise/supervise.ts';
import * as systemd from './cli/systemd/systemd.ts';
import { EXIT_USAGE } from './cli/terminal/problem.ts';
import { problemOf } from './cli/terminal/problem-of.ts';
import * as top from './cli/top/top.ts';
import * as watch from './cli/watch/watch.ts';
import * as web from './cli/web/web.ts';
import * as diff from './cli/worktree/diff.ts';
import * as rewind from './cli/worktree/rewind.ts';
import { VERSION } from './version.ts';

/** A module that registers commands. */
interface Registrar {
  register(program: Command): void;
}

/** The names of the commands that a module registers, and the module itself. */
type Part = readonly [names: string, module: Registrar];

/** The commands, grouped as `--help` lists them. */
const GROUPS: Readonly<Record<string, readonly Part[]>> = {
  'Start a run:': [
    ['run', run],
    ['rerun', rerun],
    ['adopt', adopt],
    ['demo demo-agent', demo],
  ],
  'See what is going on:': [
    ['status', status],
    ['top', top],
    ['explain', explain],
    ['report', report],
    ['costs', costs],
    ['history', history],
    ['logs', logs],
    ['diff', diff],
    ['web', web],
    ['metrics', metrics],
    ['fleet', fleet],
  ],
  'Act on a run:': [
    ['questions', questions],
    ['answer', answer],
    ['pause unpause resume stop ack', operator],
    ['wait', wait],
    ['set', set],
    ['rewind', rewind],
    ['rm', rm],
    ['prune', prune],
  ],
  'From inside a run (for the agent):': [
    ['done blocked progress', claims],
    ['ask-server', server],
  ],
  'Keep watch:': [
    ['watch', watch],
    ['supervise', supervise],
    ['systemd', systemd],
  ],
  'Look after the machine:': [
    ['doctor', doctor],
    ['config', config],
    ['notify', notify],
    ['reclaim', reclaim],
    ['backup', backup],
    ['restore', restore],
  ],
  'Find out why:': [
    ['replay', replay],
    ['classify', classify],
  ],
  'Learn more:': [
    ['help', help],
    ['skill', skill],
    ['completion complete', completion],
  ],
};

/** They speak of all commands. */
const OF_ALL = ['help', 'complete'];

const named = ([names]: Part, name: string): boolean => names.split(' ').includes(name);

/**
 * The program for a command line: with the command that its first word names, which is all that a
 * process runs, or else with all. It throws instead of ending the process.
 */
export function programFor([first = '']: readonly string[]): Command {
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
    for (const [, { register }] of wanted) register(program);
  }
  for (const command of program.commands) command.exitOverride();
  return program;
}

/**
 * Runs the command that these words name. Throws its error, after it was written as JSON if that is
 * asked for; a usage error was explained by then, and sets the exit status.
 */
export async function runProgram(words: readonly string[]): Promise<void> {
  const program = programFor(words);
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    const isUsage = error instanceof CommanderError;
    if (isUsage) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
    // Help that was asked for is no error.
    if (!isUsage || process.exitCode !== 0) {
      const { errorAsJson, wantsJson } = await import('./cli/terminal/problem-as-json.ts');
      if (wantsJson(program, words)) process.stdout.write(`${errorAsJson(problemOf(error) ?? error)}\n`);
    }
    if (!isUsage) throw error;
  }
}
