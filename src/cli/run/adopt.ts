import { readFileSync, readlinkSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { truncate } from '../../core/values/truncate.ts';
import { whoseElse } from '../../system/process/owner.ts';
import type { TransientUnit } from '../../system/systemd/transient-unit.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { type RunOptions, withRunOptions } from './options.ts';

interface ProcessInfo {
  readonly pid: number;
  readonly cmd: string;
}

interface AdoptOptions extends RunOptions {
  readonly pid?: number;
  readonly match?: string;
  readonly unit?: string;
}

/**
 * `dogwatch adopt`: takes over a process that dogwatch did not start. It is watched from now on,
 * and resumed when it dies.
 */
export function register(program: Command): void {
  const command = program
    .command('adopt')
    .description('take over a process that dogwatch did not start, and keep its job going')
    .option('--pid <pid>', 'the process with this id', positive)
    .option('--match <text>', 'the process whose command line contains this text')
    .option('--unit <name>', 'the main process of this systemd service (user:NAME for one of yours); also follows its journal');
  withRunOptions(command)
    .addHelpText(
      'after',
      '\nExamples:\n  dogwatch adopt --match "opencode run" --name upgrade --log ~/upgrade.log\n  dogwatch adopt --unit upgrade.service --done-file /srv/app/done\n',
    )
    .action(adopt);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('expected a process id, a whole number above 0');
  return Number(text);
}

async function adopt(options: AdoptOptions): Promise<void> {
  const [{ loadSettings }, { beginRun }, { tell }, { identify }] = await Promise.all([
    import('../client/load-settings.ts'),
    import('./begin.ts'),
    import('../terminal/tell.ts'),
    import('../../system/process/process.ts'),
  ]);
  const settings = loadSettings(process.env, tell);
  const { pid, unit: known } = await find(options);
  const foreign = identify(pid);
  if (foreign === null) throw new Problem(EXIT_USAGE, `process ${pid} cannot be adopted`, { got: 'it is not alive' });
  const other = whoseElse(pid);
  if (other !== null)
    throw new Problem(EXIT_USAGE, `process ${pid} cannot be adopted`, {
      got: other,
      hint: 'adopt it where it runs, as its user',
    });
  const { argv, cwd, environment } = look(pid);
  const { DOGWATCH_RUN: watching } = environment;
  if (watching !== undefined)
    throw new Problem(EXIT_USAGE, `process ${pid} cannot be adopted`, {
      got: `it belongs to the run ${watching}, which dogwatch started`,
    });
  const { unit } = options;
  const journal = unit === undefined || options.journal.includes(unit) ? options.journal : [...options.journal, unit];
  await beginRun(argv, { cwd, ...options, journal }, settings, { environment, foreign, unit: known });
}

/**
 * --match only finds this user's own processes: any user can start a process that looks like the
 * run.
 */
async function find({ pid, match, unit }: AdoptOptions): Promise<{ readonly pid: number; readonly unit?: TransientUnit }> {
  const given = [pid, match, unit].filter((way) => way !== undefined).length;
  if (given !== 1)
    throw new Problem(EXIT_USAGE, 'cannot tell which process to adopt', {
      expected: 'one of --pid, --match and --unit',
      got: given === 0 ? 'none' : 'several',
    });
  if (unit !== undefined) return (await import('./unit-process.ts')).mainProcess(unit);
  const found = (await processes(pid ?? new RegExp(RegExp.escape(match ?? '')))).filter(
    (one) => isForeign(one.pid, one.cmd) && (pid !== undefined || whoseElse(one.pid) === null),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return { pid: only.pid };
  const what = pid === undefined ? `the text ${JSON.stringify(match)}` : `pid ${pid}`;
  if (only === undefined) throw new Problem(EXIT_USAGE, `no process with ${what}`, { hint: '`ps -eo pid,args` lists them' });
  throw new Problem(EXIT_USAGE, `${found.length} processes with ${what}`, {
    expected: 'one',
    got: found.map((one) => `${one.pid}  ${truncate(one.cmd, MAX_SHOWN_LENGTH)}`).join('\n'),
    hint: 'choose one with --pid',
  });
}

async function processes(wanted: number | RegExp): Promise<readonly ProcessInfo[]> {
  // The package's types describe its CommonJS build; the default export of the ES module is the
  // function itself.
  const find = (await import('find-process')).default as unknown as (by: string, value: number | RegExp) => Promise<ProcessInfo[]>;
  return wanted instanceof RegExp ? find('name', wanted) : find('pid', wanted);
}

const MAX_SHOWN_LENGTH = 100;

/**
 * Excludes this command, the process that started it (its command line contains the text as well)
 * and other `dogwatch adopt` processes.
 */
const isForeign = (pid: number, commandLine: string): boolean =>
  pid !== process.pid && pid !== process.ppid && !/\bdogwatch\b.*\badopt\b/.test(commandLine);

/**
 * Reads what is needed to start the command again: its arguments, directory and variables, from
 * /proc.
 */
function look(pid: number): { argv: string[]; cwd: string; environment: NodeJS.ProcessEnv } {
  try {
    const strings = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
    const variables = strings('environ').map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
    return { argv: strings('cmdline'), cwd: readlinkSync(`/proc/${pid}/cwd`), environment: Object.fromEntries(variables) };
  } catch {
    throw new Problem(EXIT_USAGE, `process ${pid} cannot be adopted`, {
      got: 'its command, directory or variables cannot be read',
      hint: 'adopt it as its user',
    });
  }
}
