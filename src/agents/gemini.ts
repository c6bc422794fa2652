import { homedir } from 'node:os';
import { join } from 'node:path';
import { choosesSession } from './chosen-session.ts';
import { has } from './command-line.ts';
import { geminiInterpreter } from './gemini-lines.ts';

/** gemini-cli, as seen in version 0.61.0. */
export const gemini = choosesSession({
  name: 'gemini',
  grammar: {
    executable: /^gemini(-cli)?(\.js)?(@\S+)?$/,
    subcommands: [],
    alone: ['accept-raw-output-risk', 'acp', 'debug', 'experimental-acp', 'help', 'list-extensions', 'list-sessions', 'raw-output'].concat([
      'sandbox',
      'screen-reader',
      'skip-trust',
      'version',
      'yolo',
    ]),
    greedy: ['admin-policy', 'allowed-mcp-server-names', 'allowed-tools', 'extensions', 'include-directories', 'policy'],
    short: {
      d: 'debug',
      e: 'extensions',
      h: 'help',
      i: 'prompt-interactive',
      l: 'list-extensions',
      m: 'model',
      o: 'output-format',
      p: 'prompt',
      r: 'resume',
      s: 'sandbox',
      v: 'version',
      w: 'worktree',
      y: 'yolo',
    },
  },
  problem: (command) =>
    has(command, 'prompt-interactive', 'acp', 'experimental-acp')
      ? '--prompt-interactive and --acp need somebody who talks to it; leave them out'
      : null,
  format: (command) => (has(command, 'output-format') ? [] : ['--output-format', 'stream-json']),
  sessionOptions: ['resume', 'session-file', 'session-id'],
  promptOptions: ['prompt'],
  // The file's name begins with the time, and holds the first eight digits.
  sessionFile: (session, environment) => ({
    directory: join(environment.HOME || homedir(), '.gemini'),
    pattern: `tmp/*/chats/session-*-${session.slice(0, 8)}.json*`,
  }),
  interpreter: geminiInterpreter,
});
