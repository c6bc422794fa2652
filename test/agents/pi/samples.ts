import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { CHOSEN, EMPTY, SESSION, STARTED } from '../all/sessions.ts';

const answers = (rest: object) => ({ type: 'message_end', message: { role: 'assistant', content: [], ...rest } });
const refused = (errorMessage: string) => json(answers({ stopReason: 'error', errorMessage }), { type: 'agent_settled', aborted: false });
const text = (said: string) => [{ type: 'text', text: said }];
const record = `.pi/agent/sessions/--srv-project--/2026-06-10T12-00-00-000Z_${SESSION}.jsonl`;

/** What the tests of all agents need to know about pi. */
export const samples: Samples = {
  command: 'pi x',
  withoutTask: 'pi',
  unsure: 'pi --new-flag x',
  key: 'ANTHROPIC_API_KEY',
  models: [
    ['pi --model anthropic/claude-opus-5 x', {}, 'anthropic/claude-opus-5'],
    ['pi x', {}, null],
  ],
  recognized: ['pi x', 'pi --mode json x', 'npx @earendil-works/pi-coding-agent -p x', 'npx -y @earendil-works/pi-coding-agent@1.6.0 x'],
  prepared: [
    ['pi -p x', `pi --mode json --session-id ${CHOSEN} -p x`],
    ['pi --mode text x', `pi --session-id ${CHOSEN} --mode text x`],
    ['pi -c x', 'pi --mode json -c x'],
    ['pi --fork abc x', 'pi --mode json --fork abc x'],
    ['pi -xt bash -nc x', `pi --mode json --session-id ${CHOSEN} -xt bash -nc x`],
  ],
  refused: ['pi --mode rpc', 'pi --no-session x', 'pi -r', 'pi update self', 'pi --new-flag x'],
  resumed: [
    [`pi --mode json --session-id ${CHOSEN} --model a/b @plan.md x`, `pi --mode json --model a/b --session ${SESSION}`],
    ['pi -xt bash -t read,edit -ne x', `pi -xt bash -t read,edit -ne --session ${SESSION}`],
    ['pi --mode json --fork abc -p -- -x', `pi --mode json -p --session ${SESSION}`],
  ],
  fresh: [
    [`pi --mode json --session-id ${CHOSEN} --thinking high x`, 'pi --mode json --thinking high x'],
    ['pi --session abc -nt -- -x', 'pi -nt -- -x'],
  ],
  lacksTask: [
    ['pi --thinking high', true],
    ['pi x', false],
  ],
  captures: [
    ['basic.stdout', 'session tool turn:well'],
    ['killed-in-tool.stdout', 'session'],
    ['resumed.stdout', 'session turn:well'],
    ['unknown-session.stderr', 'session-missing'],
    ['401-exit-0.stdout', 'session auth turn:badly'],
    ['401-text.stderr', 'auth'],
    ['usage-limit.stdout', 'session limit limit limit limit turn:badly'],
    ['429.stdout', 'session transient transient transient transient turn:badly'],
    ['500.stdout', 'session transient transient transient transient turn:badly'],
    ['overflow.stdout', 'session tool context turn:badly'],
    ['hang.stdout', 'session'],
  ],
  lines: [
    ['a turn that ended well', json(answers({ stopReason: 'stop' }), { type: 'agent_settled', aborted: false }), 'turn:well'],
    ['a turn that was interrupted', json(answers({ stopReason: 'aborted' }), { type: 'agent_settled', aborted: true }), 'turn:badly'],
    ['a run that ends before it asked', json({ type: 'agent_settled', aborted: false }), 'turn:badly'],
    [
      'a retry that succeeds',
      json(
        answers({ stopReason: 'error', errorMessage: '503: overloaded' }),
        { type: 'agent_end', willRetry: true },
        answers({ stopReason: 'stop' }),
        { type: 'agent_settled', aborted: false },
      ),
      'transient turn:well',
    ],
    ['a limit of the plan', refused('You have hit your ChatGPT usage limit (plus plan). Try again in ~95 min.'), 'limit turn:badly'],
    [
      'a wait that is too long for it',
      refused('Server requested 7200s retry delay (max: 60s). 429: {"message":"Rate limit reached"}'),
      'limit turn:badly',
    ],
    ['a missing key', ['No API key found for anthropic.'], 'auth'],
    ['no connection', refused('Connection error.'), 'transient turn:badly'],
    ['other words', refused('Something new'), 'error turn:badly'],
    [
      'a summary that failed',
      json({ type: 'compaction_end', reason: 'overflow', errorMessage: 'Context overflow recovery failed: too long' }),
      'context',
    ],
    ['a session that does not exist yet', json({ type: 'session', id: 's', cwd: '/' }, { type: 'agent_start' }), ''],
    [
      'a session that does',
      json({ type: 'session', id: 's', cwd: '/' }, { type: 'message_end', message: { role: 'user', content: 'x' } }),
      'session',
    ],
    ['a model that quotes an event', json(answers({ stopReason: 'toolUse', content: text('{"type":"agent_settled"}') })), ''],
    ['a model that speaks of limits', json(answers({ stopReason: 'stop', content: text('429: usage limit reached') })), ''],
    [
      'a tool that reads',
      json({ type: 'tool_execution_end', toolCallId: 'c', toolName: 'bash', result: { content: text('401: no') }, isError: false }),
      'tool',
    ],
  ],
  says: (said) => [answers({ stopReason: 'stop', content: text(said) })],
  reads: (said) => ({ type: 'message_end', message: { role: 'toolResult', content: text(said) } }),
  todos: null,
  step: (said, output) => [
    answers({
      stopReason: 'toolUse',
      content: [...text(said), { type: 'toolCall', id: 'c1', name: 'bash', arguments: { command: 'npm test' } }],
    }),
    { type: 'tool_execution_start', toolCallId: 'c1', toolName: 'bash', args: { command: 'npm test' } },
    { type: 'tool_execution_end', toolCallId: 'c1', toolName: 'bash', result: { content: text(output) }, isError: false, durationMs: 9 },
  ],
  said: [
    ['{"type":"message_end","message":{"role":"assistant","content":[{"type":"text","text":"Done."}]}}', 'Done.'],
    ['{"type":"message_end","message":{"role":"user","content":[{"type":"text","text":"Do it."}]}}', null],
  ],
  record,
  workedIn: [[record, [{ type: 'session', version: 3, id: SESSION, cwd: '/a' }], ['/a']]],
  sessions: [
    ['a session that was chosen', `pi --session-id ${SESSION} x`, record, STARTED, SESSION],
    ['one whose file is still empty', `pi --session-id ${SESSION} x`, record, EMPTY, null],
    ['one that was not started', `pi --session-id ${SESSION} x`, null, 0, null],
  ],
};
