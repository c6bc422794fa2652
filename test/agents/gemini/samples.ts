import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { CHOSEN, SESSION, STARTED } from '../all/sessions.ts';

/** What the tests of all agents need to know about gemini. */
export const samples: Samples = {
  command: 'gemini -p x',
  withoutTask: 'gemini',
  unsure: 'gemini --new-flag x',
  key: 'GEMINI_API_KEY',
  models: [['gemini -m gemini-2.5-pro -p x', {}, 'gemini-2.5-pro']],
  recognized: ['gemini -p x', 'npx @google/gemini-cli@0.61.0 -p x', 'node --max-old-space-size=4096 /usr/bin/gemini -p x'],
  prepared: [
    ['gemini -m g -y -p x', `gemini --output-format stream-json --session-id ${CHOSEN} -m g -y -p x`],
    ['gemini -r latest -o json -p x', 'gemini -r latest -o json -p x'],
  ],
  refused: ['gemini --new-flag x', 'gemini -i x'],
  resumed: [
    [`gemini --session-id ${CHOSEN} -m g -y -o stream-json -p x`, `gemini -m g -y -o stream-json --resume ${SESSION}`],
    ['gemini -ym g -p x', `gemini -y -m g --resume ${SESSION}`],
  ],
  fresh: [[`gemini --session-id ${CHOSEN} -y -p x`, 'gemini -y -p x']],
  lacksTask: [
    ['gemini -y', true],
    ['gemini -y -p x', false],
  ],
  captures: [
    ['401.stdout', 'session auth turn:badly'],
    ['basic.stdout', ''],
    ['0.61.0-quota-3h12m.log', 'session limit'],
  ],
  lines: [
    ['a turn that ended well', json({ type: 'result', status: 'success' }), 'turn:well'],
    [
      'a spent day',
      json({ type: 'result', status: 'error', error: { message: '[API Error: You have exhausted your daily quota on this model.]' } }),
      'limit turn:badly',
    ],
    [
      'a busy provider',
      json({ type: 'result', status: 'error', error: { message: '[API Error: {"error":{"code":503,"status":"UNAVAILABLE"}}]' } }),
      'transient turn:badly',
    ],
    ['a prompt that quotes', json({ type: 'message', role: 'user', content: '[API Error: 401]' }), ''],
    ['a tool that reads', json({ type: 'tool_result', status: 'success', output: 'You have exhausted your daily quota' }), 'tool'],
    ['its prose', ['[API Error: {"error":{"code":401,"message":"API key not valid","status":"UNAUTHENTICATED"}}]'], 'auth'],
  ],
  says: (text) =>
    [...text]
      .map((content) => ({ type: 'message', role: 'assistant', content, delta: true }))
      .concat([{ type: 'result', status: 'success' } as never]),
  reads: (text) => ({ type: 'message', role: 'user', content: text }),
  todos: null,
  step: (text, output) => [
    { type: 'message', role: 'assistant', content: text, delta: true },
    { type: 'tool_use', tool_name: 'run_shell_command', tool_id: 't1', parameters: { command: 'npm test' } },
    { type: 'tool_result', tool_id: 't1', status: 'success', output },
  ],
  said: [
    ['{"type":"message","role":"assistant","content":"Do","delta":true}', 'Do'],
    ['{"type":"message","role":"user","content":"Do it."}', null],
  ],
  record: `.gemini/tmp/abc/chats/session-2026-11-23T03-00-${SESSION.slice(0, 8)}.json`,
  workedIn: [],
  sessions: [
    [
      'a session that was chosen',
      `gemini --session-id ${SESSION} -p x`,
      `.gemini/tmp/project/chats/session-2026-06-10T12-00-3f1c2a1e.jsonl`,
      STARTED,
      SESSION,
    ],
    ['one that was not started', `gemini --session-id ${SESSION} -p x`, null, 0, null],
  ],
};
