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

/** `dogwatch classify`: how dogwatch interprets a log. */
export function register(program: Command): void {
  program
    .command('classify')
    .description('show how dogwatch interprets each line of a log, read from standard input')
    .addOption(new Option('--agent <agent>', 'the agent that wrote the log').choices(AGENT_NAMES).makeOptionMandatory())
    .option('--at <time>', 'when the lines were written, such as 2026-06-10T12:00:00Z (default: now)')
    .option('--timezone <zone>', "time zone of the agent's process, such as Europe/Berlin (default: TZ, or the machine's)")
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', EXAMPLES)
    .action(classify);
}

const EXAMPLES = `
Examples:
  dogwatch classify --agent claude <claude.log
  dogwatch logs upgrade | dogwatch classify --agent opencode --json
  echo "You've hit your limit · resets 8pm (Europe/Berlin)" | dogwatch classify --agent claude --at 2026-07-01T12:00:00Z

Signals: limit, transient, auth, context, no-space, permission, session-missing,
cap, refused, done, usage (what the agent says it used), none.`;

async function classify({ agent, at, timezone, json = false }: Options): Promise<void> {
  const [
    { agentFor },
    { knownZone },
    { timeZone },
    { inputLines },
    { classified, HEADER, row },
    { loadList },
    { priced },
    { readSettings },
  ] = await Promise.all([
    import('../agents/registry.ts'),
    import('../agents/times/wall.ts'),
    import('../agents/time-zone.ts'),
    import('./input-lines.ts'),
    import('./classify-table.ts'),
    import('../prices/list.ts'),
    import('../prices/priced.ts'),
    import('../settings/read.ts'),
  ]);
  const atWall = at === undefined ? Date.now() : Date.parse(at);
  if (Number.isNaN(atWall))
    throw new Problem(EXIT_USAGE, '--at is not a time', { expected: 'a time such as 2026-06-10T12:00:00Z', got: at ?? null });
  const zone = timezone === undefined ? timeZone(process.env.TZ) : knownZone(timezone);
  if (zone === null)
    throw new Problem(EXIT_USAGE, '--timezone is not a known time zone', {
      expected: 'a name such as Europe/Berlin or UTC',
      got: timezone ?? null,
    });
  endsWithItsOutput();
  await loadList();
  const { rates } = readSettings(process.env).settings.prices;
  const interpreter = priced(agentFor(agent).interpreter(NOTHING_SAID, { atWall: () => atWall, zone, session: () => null }), null, rates);
  let number = 0;
  if (!json) process.stdout.write(HEADER);
  for await (const lines of inputLines(process.stdin)) {
    const found = lines.map((line) => classified(++number, line, interpreter.read([line])));
    const text = found.map((one) => (json ? `${jsonText(one)}\n` : row(one))).join('');
    // Backpressure: wait for a slow reader instead of buffering.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
}

/** Without a run, there is no done signal to look for. */
const NOTHING_SAID = {
  command: [],
  patterns: [],
  sessionPattern: null,
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
};
