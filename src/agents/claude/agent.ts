import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageTrail } from '../calls/message-trail.ts';
import { type CommandLine, has, optionValue } from '../command/grammar.ts';
import { providerAt } from '../contract/account.ts';
import type { Environment } from '../contract/agent.ts';
import { saidInStreamJson } from '../lines/stream-json.ts';
import { choosesSession } from '../session/chosen.ts';
import { claudeInterpreter } from './lines.ts';
import { subTranscripts, transcriptInterpreter } from './transcript.ts';

const ELSEWHERE = ['background', 'bg', 'cloud', 'desktop', 'environment', 'remote-control', 'tmux'];

/** Claude Code, as seen in version 2.1.330. */
export const claude = choosesSession({
  name: 'claude',
  grammar: {
    agent: 'claude',
    subcommands: [],
    alone: ['allow-dangerously-skip-permissions', 'ax-screen-reader', 'background', 'bare', 'bg', 'brief', 'chrome', 'continue'].concat(
      ['dangerously-skip-permissions', 'desktop', 'disable-slash-commands', 'exclude-dynamic-system-prompt-sections', 'fork-session'],
      ['forward-subagent-text', 'help', 'ide', 'include-hook-events', 'include-partial-messages', 'no-session-persistence', 'print'],
      ['replay-user-messages', 'restricted', 'safe-mode', 'strict-mcp-config', 'tmux', 'verbose', 'version'],
    ),
    valued: ['agent', 'agents', 'append-system-prompt', 'append-system-prompt-file', 'debug', 'debug-file', 'effort', 'environment'].concat(
      ['fallback-model', 'from-pr', 'input-format', 'json-schema', 'max-budget-usd', 'max-thinking-tokens', 'max-turns', 'model', 'name'],
      ['output-format', 'permission-mode', 'permission-prompt-tool', 'permission-prompts', 'plugin-dir', 'resume'],
      ['session-id', 'setting-sources', 'settings', 'system-prompt', 'system-prompt-file', 'teleport', 'thinking', 'worktree'],
    ),
    greedy: ['add-dir', 'allowed-tools', 'allowedTools', 'betas', 'disallowed-tools', 'disallowedTools', 'file', 'mcp-config', 'tools'],
    short: { c: 'continue', d: 'debug', h: 'help', n: 'name', p: 'print', r: 'resume', v: 'version', w: 'worktree' },
  },
  problem,
  format(command) {
    const format = optionValue(command, 'output-format');
    const asked = format === null ? ['--output-format', 'stream-json'] : [];
    return (format ?? 'stream-json') === 'stream-json' && !has(command, 'verbose') ? [...asked, '--verbose'] : asked;
  },
  refusesEmpty: true,
  sessionOptions: ['continue', 'fork-session', 'from-pr', 'resume', 'session-id', 'teleport'],
  taskOptions: [],
  promptOptions: ['file', 'input-format', 'replay-user-messages'],
  sessionFile: (session, environment) => ({ directory: home(environment), pattern: `projects/*/${session}.jsonl` }),
  dataDirectory: home,
  credential: (environment) => ({
    provider: environment.CLAUDE_CODE_USE_BEDROCK
      ? 'bedrock'
      : environment.CLAUDE_CODE_USE_VERTEX
        ? 'vertex'
        : providerAt(environment.ANTHROPIC_BASE_URL, 'anthropic'),
    keys: [environment.ANTHROPIC_API_KEY || environment.ANTHROPIC_AUTH_TOKEN || environment.CLAUDE_CODE_OAUTH_TOKEN],
    file: join(home(environment), '.credentials.json'),
  }),
  modelVariable: 'ANTHROPIC_MODEL',
  interpreter: claudeInterpreter,
  recordInterpreter: transcriptInterpreter,
  subRecords: subTranscripts,
  trail: messageTrail,
  said: saidInStreamJson,
  asks: asksByServer,
});

function home(environment: Environment): string {
  return environment.CLAUDE_CONFIG_DIR || join(environment.HOME || homedir(), '.claude');
}

/** Who is asked: the operator's own choice counts. Seen in version 2.1.330. */
const OWN_ANSWERS = ['permission-prompt-tool', 'permission-prompts', 'dangerously-skip-permissions'];

function asksByServer(command: CommandLine, [program = '', ...args]: readonly string[]): readonly string[] {
  if (has(command, ...OWN_ANSWERS)) return [];
  const config = { mcpServers: { dogwatch: { type: 'stdio', command: program, args } } };
  return ['--mcp-config', JSON.stringify(config), '--permission-prompt-tool', 'mcp__dogwatch__permission'];
}

function problem(command: CommandLine): string | null {
  if (!has(command, 'print')) return 'only `claude -p …` works without a terminal';
  const elsewhere = ELSEWHERE.find((option) => has(command, option));
  if (elsewhere !== undefined)
    return `--${elsewhere} lets something else do the work, which continues when this command dies; leave it out`;
  return has(command, 'no-session-persistence') ? '--no-session-persistence leaves nothing that could be resumed; leave it out' : null;
}
