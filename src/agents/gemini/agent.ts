import { homedir } from 'node:os';
import { join } from 'node:path';
import { providerAt } from '../contract/account.ts';
import type { Environment } from '../contract/agent.ts';
import { choosesSession } from '../session/chosen.ts';
import { chatInterpreter, subChats } from './chat.ts';
import { format, problem, SHORT } from './family.ts';
import { geminiInterpreter, saidByGemini } from './lines.ts';
import { geminiTrail } from './trail.ts';

/** gemini-cli, as seen in version 0.61.0. */
export const gemini = choosesSession({
  name: 'gemini',
  grammar: {
    agent: 'gemini',
    subcommands: [],
    alone: ['accept-raw-output-risk', 'acp', 'debug', 'experimental-acp', 'help', 'list-extensions', 'list-sessions', 'raw-output'].concat([
      'sandbox',
      'screen-reader',
      'skip-trust',
      'version',
      'yolo',
    ]),
    valued: ['approval-mode', 'delete-session', 'fake-responses', 'model', 'output-format', 'prompt', 'prompt-interactive'].concat([
      'record-responses',
      'resume',
      'session-file',
      'session-id',
      'telemetry-outfile',
      'worktree',
    ]),
    greedy: ['admin-policy', 'allowed-mcp-server-names', 'allowed-tools', 'extensions', 'include-directories', 'policy'],
    short: { ...SHORT, w: 'worktree' },
  },
  problem,
  format,
  sessionOptions: ['resume', 'session-file', 'session-id'],
  taskOptions: ['prompt'],
  promptOptions: ['prompt'],
  // The file's name begins with the time and contains the first eight digits of the session.
  sessionFile: (session, environment) => ({
    directory: home(environment),
    pattern: `tmp/*/chats/session-*-${session.slice(0, 8)}.json*`,
  }),
  dataDirectory: home,
  credential: (environment) => ({
    provider: providerAt(environment.GOOGLE_GEMINI_BASE_URL, environment.GOOGLE_GENAI_USE_VERTEXAI ? 'vertex' : 'google'),
    keys: [environment.GEMINI_API_KEY || environment.GOOGLE_API_KEY],
    file: join(home(environment), 'oauth_creds.json'),
  }),
  modelVariable: 'GEMINI_MODEL',
  interpreter: geminiInterpreter,
  recordInterpreter: chatInterpreter,
  subRecords: subChats,
  trail: geminiTrail,
  said: saidByGemini,
});

function home(environment: Environment): string {
  return join(environment.HOME || homedir(), '.gemini');
}
