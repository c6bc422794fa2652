import { type CommandLine, has } from '../command/grammar.ts';

/** Letters that gemini-cli and qwen-code, which began as a copy of it, share. */
export const SHORT = {
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
} as const;

export const problem = (command: CommandLine): string | null =>
  has(command, 'prompt-interactive', 'acp', 'experimental-acp')
    ? '--prompt-interactive and --acp need somebody who talks to it; leave them out'
    : null;

export const format = (command: CommandLine): readonly string[] =>
  has(command, 'output-format') ? [] : ['--output-format', 'stream-json'];
