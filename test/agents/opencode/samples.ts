import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { SESSION } from '../all/sessions.ts';

/** What the tests of all agents need to know about opencode. */
export const samples: Samples = {
  command: 'opencode run -m anthropic/claude-opus x',
  withoutTask: 'opencode run',
  unsure: 'opencode run --new-flag x',
  key: 'ANTHROPIC_API_KEY',
  models: [
    ['opencode run x', { OPENCODE_CONFIG_CONTENT: '{"model":"zai/glm-5.2"}' }, 'zai/glm-5.2'],
    ['opencode run x', { OPENCODE_CONFIG_CONTENT: '{' }, null],
  ],
  recognized: [
    'opencode run x',
    '/usr/local/bin/opencode run x',
    'npx -y opencode-ai@1.18.33 run x',
    'env A=b HOME=/root opencode run x',
    'nice -n 10 opencode run x',
    'taskset -c 0 opencode run x',
    'npx -p opencode-ai opencode run x',
    'wrap opencode run x',
  ],
  prepared: [
    ['opencode run x', 'opencode run --format json --title dogwatch-u1 x'],
    ['opencode run --title mine x', 'opencode run --format json --title mine x'],
  ],
  refused: [
    'opencode',
    'opencode serve',
    'opencode web',
    'opencode attach http://localhost:4096',
    'opencode run --attach http://localhost:4096 x',
    'opencode run --new-flag x',
  ],
  resumed: [
    ['opencode run --format json --title t -m p/m x y', `opencode run --format json -m p/m --session ${SESSION}`],
    ['opencode run -c --fork x', `opencode run --session ${SESSION}`],
  ],
  fresh: [['opencode run --session ses_0 --fork -f a.txt -- -x --model', 'opencode run -f a.txt -- -x --model']],
  lacksTask: [
    ['opencode run', true],
    ['opencode run --command x', false],
  ],
  captures: [['ask.stderr', 'permission']],
  lines: [
    ['a session that is gone', ['Error: Session not found'], 'session-missing'],
    ['a full disk', ['Error: ENOSPC: no space left on device, write'], 'no-space'],
    [
      'a model that says Error',
      json({ type: 'text', sessionID: 'ses_1', part: { type: 'text', text: 'Error: Session not found' } }),
      'session',
    ],
  ],
  says: (text) => [{ type: 'text', sessionID: 'ses_1', part: { type: 'text', text } }],
  reads: (text) => ({ type: 'tool_use', sessionID: 'ses_1', part: { type: 'tool', tool: 'read', state: { output: text } } }),
  todos: {
    type: 'tool_use',
    sessionID: 'ses_1',
    part: {
      type: 'tool',
      tool: 'todowrite',
      state: { status: 'completed', input: { todos: [{ status: 'completed' }, { status: 'pending' }] } },
    },
  },
  step: (text, output) => [
    { type: 'text', sessionID: 'ses_1', part: { type: 'text', text } },
    {
      type: 'tool_use',
      sessionID: 'ses_1',
      part: { type: 'tool', tool: 'bash', state: { status: 'completed', input: { command: 'npm test' }, output } },
    },
  ],
  said: [
    ['{"type":"text","sessionID":"ses_1","part":{"type":"text","text":"Done."}}', 'Done.'],
    ['{"type":"tool_use","sessionID":"ses_1","part":{"text":"Done."}}', null],
    ['Error: torn {', null],
  ],
  record: null,
  workedIn: [],
  sessions: [],
};
