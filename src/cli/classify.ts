import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { AGENT_NAMES, type AgentName } from '../core/values/agent-names.ts';
import { jsonText } from './terminal/json.ts';
import { endsWithItsOutput } from './terminal/output.ts';
import { EXIT_USAGE, Problem } from './terminal/problem.ts';

interface Options {
  readonly agent: AgentName;
  readonly at?: string;
  readonly timezone?: string;
  readonly json?: boolean;
}

/** `dogwatch classify`: what dogwatch would make of a log. */
export function register(program: Command): void {
  program
    .command('classify')
    .description('what dogwatch understands of each line of a log, read from standard input')
    .addOption(new Option('--agent <agent>', 'whose log it is').choices(AGENT_NAMES).makeOptionMandatory())
    .option('--at <time>', 'when the lines were written, as 2026-06-10T12:00:00Z (default: now)')
    .option('--timezone <zone>', "time zone of the agent's process, as Europe/Berlin (default: that of TZ, or the machine's)")
    .option('--json', 'one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action(classify);
}

const EXAMPLES = `
Examples:
  dogwatch classify --agent claude <claude.log
  dogwatch logs upgrade | dogwatch classify --agent opencode --json
  echo "You've hit your limit · resets 8pm (Europe/Berlin)" | dogwatch classify --agent claude --at 2026-07-01T12:00:00Z

The signals: limit, transient, auth, context, no-space, permission, session-missing, cap, refused, done, none.`;

async function classify({ agent, at, timezone, json = false }: Options): Promise<void> {
  const [{ agentFor }, { knownZone }, { timeZone }, { inputLines }, { classified, HEADER, row }] = await Promise.all([
    import('../agents/registry.ts'),
    import('../agents/times/wall.ts'),
    import('../agents/time-zone.ts'),
    import('./input-lines.ts'),
    import('./classify-table.ts'),
  ]);
  const atWall = at === undefined ? Date.now() : Date.parse(at);
  if (Number.isNaN(atWall))
    throw new Problem(EXIT_USAGE, '--at is no time', { expected: 'one like 2026-06-10T12:00:00Z', got: at ?? null });
  const zone = timezone === undefined ? timeZone(process.env.TZ) : knownZone(timezone);
  if (zone === null)
    throw new Problem(EXIT_USAGE, '--timezone is not known', { expected: 'one like Europe/Berlin or UTC', got: timezone ?? null });
  endsWithItsOutput();
  const interpreter = agentFor(agent).interpreter(NOTHING_SAID, { atWall: () => atWall, zone, session: () => null });
  let number = 0;
  if (!json) process.stdout.write(HEADER);
  for await (const lines of inputLines(process.stdin)) {
    const found = lines.map((line) => classified(++number, line, interpreter.read([line])));
    const text = found.map((one) => (json ? `${jsonText(one)}\n` : row(one))).join('');
    // A slow reader slows the reading: nothing piles up in between.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
}

/** Without a run there is no sign of done to look for. */
const NOTHING_SAID = {
  command: [],
  patterns: [],
  sessionPattern: null,
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
};
