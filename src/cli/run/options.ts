import { type Command, InvalidArgumentError, Option } from 'commander';
import { LAUNCHERS, type RunSpec } from '../../core/model/run-spec.ts';
import { AGENT_NAMES, type AgentName, PATTERN_SIGNALS } from '../../core/values/agent-names.ts';
import { parseSize } from '../../settings/size.ts';

/** The options that `run` and `adopt` share. */
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
    .option('--name <name>', 'name of the run (default: name of the directory)')
    .addOption(new Option('--agent <agent>', 'the agent that the command starts (default: recognised)').choices(AGENT_NAMES))
    .option('--cwd <directory>', 'directory to run the command in (default: the current one)')
    .option(
      '--prompt <text>',
      'pass this text to the command on standard input (-: the standard input of dogwatch); a resumed session gets the resume prompt instead',
    )
    .option('--prompt-file <path>', 'like --prompt, from a file')
    .option('--unseen', 'accept an agent that runs where dogwatch can neither see nor end it (ssh, docker exec)')
    .option(
      '--resume-command <command>',
      'resume with this command, run by /bin/sh -c with the prompt in DOGWATCH_PROMPT (default: known for the agent)',
    )
    .option(
      '--session-pattern <regex>',
      'take the session from the first group of this pattern in a line of the log; --resume-command gets it in DOGWATCH_SESSION',
    )
    .addOption(
      new Option('--pattern <signal=regex>', `what a matching line of the log means: ${PATTERN_SIGNALS.join(', ')}; may be repeated`)
        .argParser((text: string, all: readonly string[]) => [...all, text])
        .default([], 'none'),
    )
    .option('--done-file <path>', 'done when this file appears or changes')
    .option('--done-log <regex>', "done when a line of the agent's own output matches")
    .option('--done-exit', 'done when the command exits with status 0 (the default only if nothing looks like an agent)')
    .option('--check <command>', 'accept that the job is done only if this command, run by /bin/sh -c, exits with status 0')
    .option('--progress <command>', 'run by /bin/sh -c after each attempt: if it prints a higher number or a new text, that is a milestone')
    .addOption(
      new Option('--log <path>', 'also follow this log file; may be repeated')
        .argParser((path: string, all: readonly string[]) => [...all, path])
        .default([], 'none'),
    )
    .addOption(
      new Option('--journal <unit>', 'also follow the journal of this systemd unit (user:NAME for one of yours); may be repeated')
        .argParser((unit: string, all: readonly string[]) => [...all, unit])
        .default([], 'none'),
    )
    .addOption(new Option('--launcher <how>', 'how to start attempts (default: DOGWATCH_LAUNCHER, or auto)').choices(LAUNCHERS))
    .option('--memory <size>', 'limit the memory of an attempt and all it starts; needs systemd units', size)
    .option('--cpu <percent>', 'limit its processor time, in percent of one core: 150% is one and a half cores', percentOfCore)
    .option('--detach', 'return at once')
    .option('--json', 'print one JSON object per line');

/** With less memory an agent does not even start. */
const LEAST_MEMORY_BYTES = 2 ** 20;

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null || bytes < LEAST_MEMORY_BYTES) throw new InvalidArgumentError('expected a size of at least 1MiB, such as 4GiB');
  return bytes;
}

function percentOfCore(text: string): number {
  const [, digits] = /^([1-9]\d{0,5})%?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('expected percent of one core, a whole number above 0, such as 150%');
  return Number(digits);
}
