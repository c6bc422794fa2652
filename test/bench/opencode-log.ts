import { closeSync, openSync, writeSync } from 'node:fs';

const SESSION = 'ses_dfd084149ffeLLZtgfqnbYE8WO';
/** Steps of a turn: one piece of the log, written again and again. */
const STEPS = 200;
const TODO_EVERY = 20;
const SOURCE = 'export const count = (): SettingType<number> => ({ codec: codec(z.int(), "a \\"number\\""), hint: null });\n';

/**
 * Writes a log like that of `opencode run --format json` (1.18.33): steps with a text and two tools
 * each, whose outputs have 1 to 12 KiB. Returns what it contains.
 */
export function writeOpencodeLog(path: string, atLeastBytes: number): { bytes: number; lines: number; signals: number } {
  const lines = Array.from({ length: STEPS }, (_, step) => stepLines(step)).flat();
  const turn = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const todos = STEPS / TODO_EVERY;
  const written = { bytes: 0, lines: 0, signals: 1 };
  const fd = openSync(path, 'w');
  while (written.bytes < atLeastBytes) {
    written.bytes += writeSync(fd, turn);
    written.lines += lines.length;
    // Two tools per step, the todos, and the end of the turn.
    written.signals += STEPS * 2 + todos * 2 + 1;
  }
  closeSync(fd);
  return written;
}

function stepLines(step: number): object[] {
  const todos = Array.from({ length: 10 }, (_, index) => ({
    content: `step ${index}`,
    status: index * 20 < step ? 'completed' : 'pending',
  }));
  const reason = step === STEPS - 1 ? 'stop' : 'tool-calls';
  return [
    event('step_start', { type: 'step-start', snapshot: '4b825dc642cb6eb9a060e54bf8d69288fbee4904' }),
    event('text', { type: 'text', text: 'Now the tests of the settings: they say what is expected. '.repeat(1 + (step % 8)) }),
    tool('read', { filePath: '/srv/work/src/settings.ts' }, SOURCE.repeat(10 + (step % 10) * 10)),
    tool('bash', { command: 'npm test' }, 'ok 1 - a setting that is no number is refused\n'.repeat(20 + (step % 7) * 10)),
    ...(step % TODO_EVERY === 0 ? [tool('todowrite', { todos }, JSON.stringify(todos))] : []),
    event('step_finish', { type: 'step-finish', reason, tokens: { total: 1020, input: 1000, output: 20, reasoning: 0 }, cost: 0 }),
  ];
}

const tool = (name: string, input: object, output: string): object =>
  event('tool_use', { type: 'tool', tool: name, callID: 'call_2_5apy8h', state: { status: 'completed', input, output, title: name } });

const event = (type: string, part: object): object => ({
  type,
  timestamp: 1795346123965,
  sessionID: SESSION,
  part: { ...part, sessionID: SESSION },
});
