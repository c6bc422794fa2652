// Tries every regular expression of the agents, and every agent's interpreters, on lines made to
// keep them busy. Prints their number, and the expressions that were kept busy.
import { readdirSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { agentFor } from '../../../src/agents/registry.ts';
import { AGENT_NAMES } from '../../../src/core/values/agent-names.ts';

/** Long enough that a linear pattern takes some 15 ms and a quadratic one 10 s. */
const LENGTH = 128 * 1024;
/** CPU time of this thread, in µs, which other programs on the machine do not affect. */
const MOST_CPU_US = 1_000_000;
/** For the interpreters, which get all of them. */
const SHORT_LENGTH = 16 * 1024;
const AGENTS = new URL('../../../src/agents/', import.meta.url);

interface Pattern {
  readonly pattern: string;
  readonly flags: string;
}

const filled = (piece: string, length: number, end: string): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end;

/** Repetitions of what a pattern matches, with an end that it does not expect. */
function hostile({ pattern }: Pattern, length: number): string[] {
  const words = pattern.match(/[\w ’'".:{}[\]-]{2,}/g) ?? [];
  const signs = pattern.match(/[^\w\s]/g) ?? [];
  const pieces = [...new Set([...words, words.join(''), words.join(' '), ...signs, 'a', ' ', '0', '1 day ', '"', '\\"', '{', '.'])].filter(
    (word) => word !== '',
  );
  return pieces.flatMap((piece) => [filled(piece, length, '!'), `${words[0] ?? ''}${filled(piece, length, '\u0000')}`]);
}

function literals(node: unknown, found: (pattern: Pattern) => void): void {
  if (Array.isArray(node)) for (const one of node) literals(one, found);
  else if (typeof node === 'object' && node !== null) {
    if ('regex' in node) found(node.regex as Pattern);
    for (const value of Object.values(node)) literals(value, found);
  }
}

const patterns: Pattern[] = [];
for (const name of readdirSync(AGENTS, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ts')))
  literals(parseAst(readFileSync(new URL(name, AGENTS), 'utf8'), { lang: 'ts' }, name), (pattern) => patterns.push(pattern));

function isKeptBusy(expression: RegExp, line: string): boolean {
  const before = process.threadCpuUsage();
  expression.test(line);
  return process.threadCpuUsage(before).user > MOST_CPU_US;
}

const busy = patterns.filter((one) => {
  const expression = new RegExp(one.pattern, one.flags.replace('g', ''));
  return hostile(one, LENGTH).some((line) => isKeptBusy(expression, line));
});

const lines = new Set(patterns.flatMap((one) => hostile(one, SHORT_LENGTH)));
const spec = {
  command: ['opencode', 'run', '--title', 't', 'x'],
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
  patterns: [],
  sessionPattern: null,
};
const context = { atWall: () => 0, zone: 'UTC', session: () => 'ses_1' };
const wrapped = (text: string): string[] => [
  text,
  `Error: ${text}`,
  JSON.stringify({
    type: 'error',
    sessionID: 'ses_1',
    error: { name: 'APIError', data: { statusCode: 429, message: text, responseBody: text } },
  }),
  JSON.stringify({ type: 'result', is_error: true, result: text }),
  JSON.stringify({ type: 'turn.failed', error: { message: text } }),
];
for (const name of AGENT_NAMES) {
  const agent = agentFor(name);
  const all = [...lines].flatMap(wrapped);
  agent.interpreter(spec, context).read(all);
  agent.ownLogInterpreter(spec, context).read(all);
}
console.log(JSON.stringify({ patterns: patterns.length, lines: lines.size, busy: busy.map(({ pattern }) => pattern) }));
