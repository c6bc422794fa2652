import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import * as backup from './cli/backup.ts';
import * as claims from './cli/claims.ts';
import * as classify from './cli/classify.ts';
import * as config from './cli/config.ts';
import * as demo from './cli/demo.ts';
import * as doctor from './cli/doctor/doctor.ts';
import * as explain from './cli/explain.ts';
import * as history from './cli/history/history.ts';
import * as logs from './cli/logs/logs.ts';
import * as notify from './cli/notify.ts';
import * as operator from './cli/operate/operator.ts';
import * as reclaim from './cli/reclaim/reclaim.ts';
import * as replay from './cli/replay/replay.ts';
import * as restore from './cli/restore.ts';
import * as adopt from './cli/run/adopt.ts';
import * as run from './cli/run/run.ts';
import * as status from './cli/status/status.ts';
import * as supervise from './cli/supervise/supervise.ts';
import * as systemd from './cli/systemd/systemd.ts';
import { outlivesItsOutput } from './cli/terminal/output.ts';
import { EXIT_USAGE, renderProblem } from './cli/terminal/problem.ts';
import { problemOf } from './cli/terminal/problem-of.ts';
import * as watch from './cli/watch/watch.ts';

/**
 * The commit that was built, or an empty string if it was built without git. Only the build sets
 * it.
 */
declare const BUILT_FROM: string;

const program = new Command('dogwatch')
  .description('Keeps unattended coding-agent runs going: resumes them when they die, until the job is done or a person is needed.')
  .version(typeof BUILT_FROM === 'string' && BUILT_FROM !== '' ? `${manifest.version} (${BUILT_FROM})` : manifest.version)
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)')
  .addHelpText(
    'after',
    '\nStart here:\n  dogwatch run -- opencode run --command upgrade-all\n  dogwatch demo        see it work in under a minute, without a model\n',
  )
  .exitOverride();

for (const command of [
  run,
  adopt,
  status,
  explain,
  history,
  logs,
  operator,
  claims,
  watch,
  supervise,
  reclaim,
  replay,
  classify,
  config,
  notify,
  doctor,
  backup,
  restore,
  systemd,
  demo,
])
  command.register(program);
for (const command of program.commands) command.exitOverride();

outlivesItsOutput();
try {
  await program.parseAsync();
} catch (error) {
  const problem = problemOf(error);
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else if (problem !== null) {
    process.stderr.write(`${renderProblem(problem)}\n`);
    process.exitCode = problem.exitCode;
  } else throw error;
}
