import { type CommandLine, has } from '../command/grammar.ts';

/** Short options shared by gemini-cli and its fork qwen-code. */
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
    ? '--prompt-interactive and --acp need someone to talk to; leave them out'
    : null;

export const format = (command: CommandLine): readonly string[] =>
  has(command, 'output-format') ? [] : ['--output-format', 'stream-json'];
