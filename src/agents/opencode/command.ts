import type { Grammar } from '../command/grammar.ts';

/** `opencode run` 1.18.33, which parses its command line with yargs. */
export const OPENCODE: Grammar = {
  agent: 'opencode',
  subcommands: ['run'],
  alone: ['help', 'version', 'print-logs', 'pure', 'continue', 'fork', 'share', 'thinking', 'interactive', 'auto', 'yolo'].concat([
    'dangerously-skip-permissions',
  ]),
  valued: ['agent', 'attach', 'command', 'config', 'dir', 'format', 'hostname', 'log-level', 'model', 'password', 'port'].concat([
    'prompt',
    'replay-limit',
    'session',
    'title',
    'username',
    'variant',
  ]),
  greedy: ['file'],
  short: { h: 'help', v: 'version', c: 'continue', s: 'session', m: 'model', f: 'file', p: 'password', u: 'username', i: 'interactive' },
};
