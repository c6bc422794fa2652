import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';

const TS = '2026-06-10T12:00:00.000Z';
const event = (event: object) => ({ ts: TS, type: 'agent_event', event });
const result = (finishReason: string, text: string) => ({ ts: TS, type: 'run_result', finishReason, text });
const said = (text: string) => event({ type: 'content_end', contentType: 'text', text });
const tool = (type: string, rest: object) => event({ type, contentType: 'tool', toolName: 'run_commands', toolCallId: 'c1', ...rest });

/** What the tests of all agents need to know about cline. */
export const samples: Samples = {
  command: 'cline x',
  withoutTask: 'cline',
  unsure: 'cline --new-flag x',
  key: 'CLINE_API_KEY',
  models: [
    ['cline -m glm-5 x', {}, 'glm-5'],
    ['cline x', {}, null],
  ],
  recognized: ['cline x', 'npx cline --json x', 'timeout 3h cline x'],
  prepared: [
    ['cline x', 'cline --json x'],
    ['cline --json -P anthropic x', 'cline --json -P anthropic x'],
  ],
  refused: [
    'cline --id 17_a x',
    'cline --zen x',
    'cline -i',
    'cline --acp',
    'cline --worktree x',
    'cline auth',
    'cline --new-flag x',
    'cline --json',
  ],
  resumed: [['cline --json -m glm-5 x', '/bin/sh -c CAT cline --json -m glm-5 x']],
  fresh: [['cline --json x', '/bin/sh -c CAT cline --json x']],
  lacksTask: [
    ['cline --json', true],
    ['cline x', false],
  ],
  captures: [
    ['401.stdout', 'auth turn:badly'],
    ['401-text.stderr', 'auth'],
    ['usage-limit.stdout', 'limit turn:badly'],
    ['429.stdout', 'transient turn:badly'],
    ['overflow.stdout', 'tool context turn:badly'],
    ['resume-without-terminal.stderr', ''],
  ],
  lines: [
    ['a turn that ended well', json(result('completed', 'usage limit reached')), 'turn:well'],
    ['a turn that was interrupted', json(result('aborted', '')), 'turn:badly'],
    ['other words', json(result('error', 'The server had an error')), 'error turn:badly'],
    ['no connection', json(result('error', 'Cannot connect to API: connect ECONNREFUSED')), 'transient turn:badly'],
    ['a task that it does not understand', json({ ts: TS, type: 'error', message: 'JSON output mode requires a prompt' }), 'error'],
    ['a model that speaks of limits', json(said('You have hit your usage limit.')), ''],
    ['a tool that reads', json(tool('content_end', { output: 'usage limit reached', durationMs: 9 })), 'tool'],
  ],
  says: (text) => [said(text)],
  reads: (text) => tool('content_end', { output: text, durationMs: 9 }),
  todos: null,
  step: (text, output) => [
    said(text),
    tool('content_start', { input: { commands: ['npm test'] } }),
    tool('content_end', { output: [{ query: 'npm test', result: output, success: true }], durationMs: 9 }),
  ],
  said: [
    [`{"ts":"${TS}","type":"agent_event","event":{"type":"content_end","contentType":"text","text":"Done."}}`, 'Done.'],
    [`{"ts":"${TS}","type":"agent_event","event":{"type":"content_start","contentType":"text","text":"Do"}}`, null],
  ],
  record: null,
  workedIn: [],
  sessions: [],
};
