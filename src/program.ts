import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import * as backup from './cli/backup.ts';
import * as claims from './cli/claims.ts';
import * as classify from './cli/classify.ts';
import * as completion from './cli/completion/completion.ts';
import * as config from './cli/config/config.ts';
import * as costs from './cli/costs/costs.ts';
import * as demo from './cli/demo.ts';
import * as doctor from './cli/doctor/doctor.ts';
import * as explain from './cli/explain.ts';
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
import * as status from './cli/status/status.ts';
import * as supervise from './cli/supervise/supervise.ts';
import * as systemd from './cli/systemd/systemd.ts';
import * as top from './cli/top/top.ts';
import * as watch from './cli/watch/watch.ts';
import * as web from './cli/web/web.ts';
import * as diff from './cli/worktree/diff.ts';
import * as rewind from './cli/worktree/rewind.ts';

/**
 * The commit that was built, or an empty string if it was built without git. Only the build sets
 * it.
 */
declare const BUILT_FROM: string;

/** The program with all its commands. It throws instead of ending the process. */
export const program = describeProgram(new Command('dogwatch'))
  .version(typeof BUILT_FROM === 'string' && BUILT_FROM !== '' ? `${manifest.version} (${BUILT_FROM})` : manifest.version)
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .exitOverride();

/** The commands, grouped as `--help` lists them. */
const GROUPS = {
  'Start a run:': [run, rerun, adopt, demo],
  'See what is going on:': [status, top, explain, report, costs, history, logs, diff, web, metrics],
  'Act on a run:': [operator, wait, set, rewind, rm, prune],
  'From inside a run (for the agent):': [claims],
  'Keep watch:': [watch, supervise, systemd],
  'Look after the machine:': [doctor, config, notify, reclaim, backup, restore],
  'Find out why:': [replay, classify],
  'Learn more:': [help, completion],
};

for (const [heading, commands] of Object.entries(GROUPS)) {
  program.commandsGroup(heading);
  for (const command of commands) command.register(program);
}
for (const command of program.commands) command.exitOverride();
