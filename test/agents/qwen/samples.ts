import { claudeSays, json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { CHOSEN, EMPTY, inDirectory, SESSION, STARTED } from '../all/sessions.ts';

/** What the tests of all agents need to know about qwen. */
export const samples: Samples = {
  command: 'qwen x',
  withoutTask: 'qwen',
  unsure: 'qwen --new-flag x',
  key: 'OPENAI_API_KEY',
  models: [['qwen x', { OPENAI_MODEL: 'qwen3' }, 'qwen3']],
  recognized: ['qwen -y x', 'npx @qwen-code/qwen-code x', 'node /usr/lib/node_modules/@qwen-code/qwen-code/cli.js x'],
  prepared: [
    ['qwen -y --safe-mode x', `qwen --output-format stream-json --session-id ${CHOSEN} -y --safe-mode x`],
    [`qwen --resume ${SESSION} --fork-session x`, `qwen --output-format stream-json --resume ${SESSION} --fork-session x`],
    ['qwen -y x', `qwen --output-format stream-json --session-id ${CHOSEN} -y x`],
    ['qwen -c -y x', 'qwen --output-format stream-json -c -y x'],
  ],
  refused: ['qwen -y --new-flag x', 'qwen --acp'],
  resumed: [
    [`qwen --resume ${CHOSEN} --fork-session -y --safe-mode x`, `qwen -y --safe-mode --resume ${SESSION}`],
    [`qwen --session-id ${CHOSEN} -y x`, `qwen -y --resume ${SESSION}`],
    ['qwen --openai-base-url http://127.0.0.1:1/v1 -p x', `qwen --openai-base-url http://127.0.0.1:1/v1 --resume ${SESSION}`],
  ],
  fresh: [[`qwen --session-id ${CHOSEN} -y x`, 'qwen -y x']],
  lacksTask: [],
  captures: [
    ['0.24.4-401.log', 'session auth turn:badly'],
    ['0.24.4-429-retrying.log', 'limit'],
  ],
  lines: [
    [
      'a false success',
      json({ type: 'result', subtype: 'success', is_error: false, result: '[API Error: 401 API key not valid]' }),
      'auth turn:badly',
    ],
    [
      'no connection',
      json({ type: 'result', subtype: 'success', is_error: false, result: '[API Error: Connection error. (cause: fetch failed)]' }),
      'transient turn:badly',
    ],
    [
      'a spent account',
      json({ type: 'result', is_error: true, result: '[API Error: 429 insufficient_quota: You exceeded your current quota]' }),
      'limit turn:badly',
    ],
    ['a busy provider', json({ type: 'result', is_error: true, result: '[API Error: 429 Rate limit reached]' }), 'transient turn:badly'],
    [
      'too long a history',
      json({ type: 'result', is_error: true, result: "[API Error: 400 This model's maximum context length is 8192 tokens]" }),
      'context turn:badly',
    ],
    ['a turn that ended well', json({ type: 'result', subtype: 'success', is_error: false, result: 'see [API Error: 401]' }), 'turn:well'],
  ],
  says: (text) => [claudeSays({ type: 'text', text })],
  reads: (text) => ({ type: 'user', message: { content: text } }),
  todos: null,
  step: (text, output) => [
    { type: 'assistant', message: { role: 'assistant', content: [{ type: 'text', text }] }, session_id: 's' },
    {
      type: 'assistant',
      message: { role: 'assistant', content: [{ type: 'tool_use', name: 'Bash', input: { command: 'npm test' } }] },
      session_id: 's',
    },
    { type: 'user', message: { role: 'user', content: [{ type: 'tool_result', content: output }] }, session_id: 's' },
  ],
  said: [['{"type":"assistant","message":{"content":[{"type":"text","text":"Done."}]}}', 'Done.']],
  record: `.qwen/projects/-srv-project/chats/${SESSION}.jsonl`,
  workedIn: [[`.qwen/projects/-a/chats/${SESSION}.jsonl`, [inDirectory('/a'), inDirectory('/a/worktree')], ['/a/worktree', '/a']]],
  sessions: [
    ['a session that was chosen', `qwen --session-id ${SESSION} x`, `.qwen/projects/-srv-project/chats/${SESSION}.jsonl`, STARTED, SESSION],
    ['one whose file is still empty', `qwen --session-id ${SESSION} x`, `.qwen/projects/-srv-project/chats/${SESSION}.jsonl`, EMPTY, null],
    ['one that was not started', `qwen --session-id ${SESSION} x`, null, 0, null],
  ],
};
