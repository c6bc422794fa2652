import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageTrail } from '../calls/message-trail.ts';
import { providerAt } from '../contract/account.ts';
import type { Environment } from '../contract/agent.ts';
import { format, problem, SHORT } from '../gemini/family.ts';
import { saidInStreamJson } from '../lines/stream-json.ts';
import { choosesSession } from '../session/chosen.ts';
import { qwenInterpreter } from './lines.ts';

/** qwen-code, as seen in version 0.24.4. */
export const qwen = choosesSession({
  name: 'qwen',
  grammar: {
    agent: 'qwen',
    subcommands: [],
    alone: ['acp', 'bare', 'chat-recording', 'checkpointing', 'continue', 'debug', 'experimental-acp', 'experimental-lsp', 'help'].concat(
      ['include-partial-messages', 'list-extensions', 'openai-logging', 'sandbox', 'screen-reader', 'telemetry', 'telemetry-log-prompts'],
      ['fork-session', 'insecure', 'restore-ask-user-question', 'safe-mode', 'version', 'yolo'],
    ),
    valued: ['append-system-prompt', 'approval-mode', 'auth-type', 'channel', 'effort'].concat(
      ['fallback-model', 'input-format', 'json-schema', 'max-session-turns', 'max-tool-calls', 'max-wall-time', 'model'],
      ['openai-api-key', 'openai-base-url', 'openai-logging-dir', 'output-format', 'prompt', 'prompt-interactive', 'proxy', 'resume'],
      ['sandbox-image', 'session-id', 'system-prompt', 'telemetry-otlp-endpoint', 'telemetry-otlp-protocol', 'telemetry-outfile'],
      ['telemetry-target', 'worktree'],
    ),
    greedy: ['add-dir', 'allowed-mcp-server-names', 'allowed-tools', 'core-tools', 'disabled-slash-commands', 'exclude-tools'].concat([
      'extensions',
      'include-directories',
      'mcp-config',
    ]),
    short: { ...SHORT, c: 'continue' },
  },
  problem,
  format,
  sessionOptions: ['continue', 'fork-session', 'resume', 'session-id'],
  taskOptions: ['prompt'],
  promptOptions: ['input-format', 'prompt'],
  sessionFile: (session, environment) => ({
    directory: home(environment),
    pattern: `{projects,tmp}/*/chats/${session}.jsonl`,
  }),
  dataDirectory: home,
  credential: (environment) => ({
    provider: providerAt(environment.OPENAI_BASE_URL, 'qwen'),
    keys: [environment.OPENAI_API_KEY],
    file: join(home(environment), 'oauth_creds.json'),
  }),
  modelVariable: 'OPENAI_MODEL',
  interpreter: qwenInterpreter,
  // --max-wall-time and --max-tool-calls (0.24.4).
  cappedExit: 55,
  trail: messageTrail,
  said: saidInStreamJson,
});

function home(environment: Environment): string {
  return join(environment.HOME || homedir(), '.qwen');
}
