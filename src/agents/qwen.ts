import { homedir } from 'node:os';
import { join } from 'node:path';
import { choosesSession } from './chosen-session.ts';
import { has } from './command-line.ts';
import { qwenInterpreter } from './qwen-lines.ts';

/** qwen-code, as seen in version 0.15.10. */
export const qwen = choosesSession({
  name: 'qwen',
  grammar: {
    executable: /^qwen(-code)?(@\S+)?$|\/qwen-code\/(dist\/)?cli\.js$/,
    subcommands: [],
    alone: ['acp', 'bare', 'chat-recording', 'checkpointing', 'continue', 'debug', 'experimental-acp', 'experimental-lsp', 'help'].concat(
      ['include-partial-messages', 'list-extensions', 'openai-logging', 'sandbox', 'screen-reader', 'telemetry', 'telemetry-log-prompts'],
      ['version', 'yolo'],
    ),
    greedy: ['add-dir', 'allowed-mcp-server-names', 'allowed-tools', 'core-tools', 'disabled-slash-commands', 'exclude-tools'].concat([
      'extensions',
      'include-directories',
      'mcp-config',
    ]),
    short: {
      c: 'continue',
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
      y: 'yolo',
    },
  },
  problem: (command) =>
    has(command, 'prompt-interactive', 'acp', 'experimental-acp')
      ? '--prompt-interactive and --acp need somebody who talks to it; leave them out'
      : null,
  format: (command) => (has(command, 'output-format') ? [] : ['--output-format', 'stream-json']),
  sessionOptions: ['continue', 'resume', 'session-id'],
  promptOptions: ['input-format', 'prompt'],
  sessionFile: (session, environment) => ({
    directory: join(environment.HOME || homedir(), '.qwen'),
    pattern: `{projects,tmp}/*/chats/${session}.jsonl`,
  }),
  interpreter: qwenInterpreter,
});
