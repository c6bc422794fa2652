import { type Command, InvalidArgumentError, Option } from 'commander';
import { LAUNCHERS, type RunSpec } from '../../core/model/run-spec.ts';
import { AGENT_NAMES, type AgentName, PATTERN_SIGNALS } from '../../core/values/agent-names.ts';
import { parseSize } from '../../settings/size.ts';

/** Options that `run` and `adopt` share. */
export interface RunOptions {
  readonly name?: string;
  readonly agent?: AgentName;
  readonly cwd?: string;
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly unseen?: boolean;
  readonly resumeCommand?: string;
  readonly sessionPattern?: string;
  readonly pattern: readonly string[];
  readonly doneFile?: string;
  readonly doneLog?: string;
  readonly doneExit?: boolean;
  readonly check?: string;
  readonly progress?: string;
  readonly log: readonly string[];
  readonly journal: readonly string[];
  readonly launcher?: RunSpec['launcher'];
  readonly memory?: number;
  readonly cpu?: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

export const withRunOptions = (command: Command): Command =>
  command
    .option('--name <name>', 'name of the run (default: that of the directory)')
    .addOption(new Option('--agent <agent>', 'which agent the command is (default: recognised)').choices(AGENT_NAMES))
    .option('--cwd <directory>', 'where the command runs (default: here)')
    .option(
      '--prompt <text>',
      'given to the command on its standard input (-: what is piped into dogwatch); a resumed session gets the resume prompt instead',
    )
    .option('--prompt-file <path>', 'the same, from a file')
    .option('--unseen', 'accept an agent that works where dogwatch cannot see or end it (ssh, docker exec)')
    .option('--resume-command <command>', 'run by /bin/sh -c to resume, with the prompt in DOGWATCH_PROMPT (default: known for the agent)')
    .option(
      '--session-pattern <regex>',
      'its first group is the session, in a line of the log; --resume-command finds it in DOGWATCH_SESSION',
    )
    .addOption(
      new Option('--pattern <signal=regex>', `what a line of the log says: ${PATTERN_SIGNALS.join(', ')}; may be repeated`)
        .argParser((text: string, all: readonly string[]) => [...all, text])
        .default([], 'none'),
    )
    .option('--done-file <path>', 'done when this file appears or changes')
    .option('--done-log <regex>', "done when a line of the agent's own output matches")
    .option('--done-exit', 'done when the command exits with status 0 (the default only where nothing looks like an agent)')
    .option('--check <command>', 'run by /bin/sh -c: no claim of done is believed until it exits with 0')
    .option('--progress <command>', 'run by /bin/sh -c after each attempt: a higher number or a new text is a milestone')
    .addOption(
      new Option('--log <path>', 'a log file to follow besides the output; may be repeated')
        .argParser((path: string, all: readonly string[]) => [...all, path])
        .default([], 'none'),
    )
    .addOption(
      new Option('--journal <unit>', 'a systemd unit whose journal is a log, too (user:NAME for one of yours); may be repeated')
        .argParser((unit: string, all: readonly string[]) => [...all, unit])
        .default([], 'none'),
    )
    .addOption(new Option('--launcher <how>', 'what an attempt is started as (default: DOGWATCH_LAUNCHER, else auto)').choices(LAUNCHERS))
    .option('--memory <size>', 'the most memory that an attempt may use, with all that it starts: in a unit of systemd only', size)
    .option('--cpu <percent>', 'the same for processor time, in percent of one core: 150% is one and a half', percentOfCore)
    .option('--detach', 'return at once')
    .option('--json', 'print JSON, one object a line');

/** With less an agent does not even start. */
const LEAST_MEMORY_BYTES = 2 ** 20;

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null || bytes < LEAST_MEMORY_BYTES) throw new InvalidArgumentError('expected a size of at least 1MiB, such as 4GiB');
  return bytes;
}

function percentOfCore(text: string): number {
  const [, digits] = /^([1-9]\d{0,5})%?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('expected percent of one core, a whole number from 1 on, such as 150%');
  return Number(digits);
}
