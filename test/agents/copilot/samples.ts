import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { CHOSEN, EMPTY, SESSION, STARTED } from '../all/sessions.ts';

const event = (type: string, data: object) => ({ type, data, id: 'e', timestamp: '2026-06-10T12:00:00.000Z', parentId: 'p' });
const result = (exitCode: number) => ({ type: 'result', timestamp: '2026-06-10T12:00:00.000Z', sessionId: SESSION, exitCode, usage: {} });
const failed = (data: object) => json(event('session.error', data), result(1));
const record = `.copilot/session-state/${SESSION}/events.jsonl`;

/** What the tests of all agents need to know about copilot. */
export const samples: Samples = {
  command: 'copilot -p x',
  withoutTask: 'copilot',
  unsure: 'copilot --new-flag x',
  key: 'COPILOT_GITHUB_TOKEN',
  models: [
    ['copilot --model gpt-5.4 -p x', {}, 'gpt-5.4'],
    ['copilot -p x', { COPILOT_MODEL: 'scripted' }, 'scripted'],
    ['copilot -p x', {}, null],
  ],
  recognized: [
    'copilot -p x',
    'npx @github/copilot --allow-all -p x',
    'node /usr/lib/node_modules/@github/copilot/npm-loader.js -p x',
    'timeout 3h copilot -p x',
  ],
  prepared: [
    ['copilot --allow-all -p x', `copilot --output-format json --session-id ${CHOSEN} --allow-all -p x`],
    ['copilot --output-format text -p x', `copilot --session-id ${CHOSEN} --output-format text -p x`],
    ['copilot --continue -p x', 'copilot --output-format json --continue -p x'],
    [`copilot --resume=${SESSION} -p x`, `copilot --output-format json --resume=${SESSION} -p x`],
  ],
  refused: ['copilot -i x', 'copilot --acp', 'copilot --remote -p x', 'copilot --connect', 'copilot login', 'copilot --new-flag x'],
  resumed: [
    [
      `copilot --output-format json --session-id ${CHOSEN} --allow-all --attachment a.png -p x`,
      `copilot --output-format json --allow-all --resume ${SESSION}`,
    ],
    ['copilot --allow-tool write shell(git:*) -p x', `copilot --allow-tool write shell(git:*) --resume ${SESSION}`],
    ['copilot --name job --continue -p x', `copilot --resume ${SESSION}`],
  ],
  fresh: [[`copilot --session-id ${CHOSEN} --allow-all`, 'copilot --allow-all']],
  lacksTask: [
    ['copilot --allow-all', true],
    ['copilot -p x', false],
  ],
  captures: [
    ['basic.stdout', 'tool session turn:well'],
    ['killed-in-tool.stdout', ''],
    ['unknown-session.stderr', 'session-missing'],
    ['401.stdout', 'auth session turn:badly'],
    ['401-text.stderr', 'auth'],
    ['usage-limit.stdout', 'limit limit limit limit limit limit session turn:badly'],
    ['429.stdout', 'transient session turn:badly'],
    ['500.stdout', 'transient session turn:badly'],
    ['overflow.stdout', 'tool context session turn:badly'],
    ['denied.stdout', 'tool permission session turn:well'],
    ['damaged-config.stderr', 'error'],
    ['damaged-addon.stderr', 'error'],
  ],
  lines: [
    [
      'its session has used the credits that the operator gave it',
      json({ type: 'session_limits_exhausted.requested', data: { requestId: 'r1', usedAiCredits: 30.5, maxAiCredits: 30 } }),
      'cap',
    ],
    [
      'the same as an error',
      json({
        type: 'session.error',
        data: { errorType: 'query', message: 'Session limit reached. Increase or unset the session limit to continue.' },
      }),
      'cap',
    ],
    ['the same in words', ['Session limits exhausted before another model call could run.'], 'cap'],
    ['a spent quota', failed({ errorType: 'quota', message: 'You have no quota left.', statusCode: 402 }), 'limit session turn:badly'],
    [
      'a limit of the week',
      failed({ errorType: 'rate_limit', errorCode: 'user_weekly_rate_limited', message: 'Sorry, slow down.', statusCode: 429 }),
      'limit session turn:badly',
    ],
    [
      'a limit of the moment',
      failed({ errorType: 'rate_limit', message: '429 Rate limit reached', statusCode: 429 }),
      'transient session turn:badly',
    ],
    ['a policy', failed({ errorType: 'authorization', message: 'Your organization has disabled Copilot.' }), 'auth session turn:badly'],
    ['a full context', failed({ errorType: 'context_limit', message: 'Too long.' }), 'context session turn:badly'],
    ['other words', failed({ errorType: 'query', message: 'Something new' }), 'error session turn:badly'],
    ['no login', ['Error: No authentication information found.'], 'auth'],
    ['a model that speaks of errors', json(event('assistant.message', { content: 'session.error: 401' })), ''],
    [
      'a tool that reads',
      json(event('tool.execution_complete', { toolCallId: 'c', success: true, result: { content: '"code":"denied"' } })),
      'tool',
    ],
  ],
  says: (text) => [event('assistant.message', { messageId: 'm', content: text, toolRequests: [] })],
  reads: (text) => event('tool.execution_complete', { toolCallId: 'c', success: true, result: { content: text } }),
  todos: null,
  step: (text, output) => [
    event('assistant.message', { messageId: 'm', content: text, toolRequests: [{ toolCallId: 'c1', name: 'bash' }] }),
    event('tool.execution_start', { toolCallId: 'c1', toolName: 'bash', arguments: { command: 'npm test' }, turnId: '0' }),
    event('tool.execution_complete', { toolCallId: 'c1', success: true, result: { content: output }, toolTelemetry: {} }),
  ],
  said: [
    ['{"type":"assistant.message","data":{"messageId":"m","content":"Done.","toolRequests":[]},"id":"e"}', 'Done.'],
    ['{"type":"assistant.message_delta","data":{"messageId":"m","deltaContent":"Do"},"id":"e"}', null],
    ['{"type":"user.message","data":{"content":"Do it."},"id":"e"}', null],
  ],
  record,
  workedIn: [],
  sessions: [
    ['a session that was chosen', `copilot --session-id ${SESSION} -p x`, record, STARTED, SESSION],
    ['one whose file is still empty', `copilot --session-id ${SESSION} -p x`, record, EMPTY, null],
    ['one that was not started', `copilot --session-id ${SESSION} -p x`, null, 0, null],
  ],
};
