import { json } from '../all/reading.ts';
import type { Samples } from '../all/samples.ts';
import { SESSION } from '../all/sessions.ts';

const entry = (type: string, payload: object) => ({ timestamp: '2026-11-23T03:00:00Z', type, payload });

/** What the tests of all agents need to know about codex. */
export const samples: Samples = {
  command: 'codex exec x',
  withoutTask: 'codex exec',
  unsure: 'codex exec --new-flag x',
  key: 'CODEX_API_KEY',
  models: [
    ['codex exec -m gpt-5 x', {}, 'gpt-5'],
    ['codex exec -c model="o3" x', {}, 'o3'],
  ],
  recognized: ['codex exec x', 'npx -y @openai/codex exec x', 'node /usr/lib/node_modules/@openai/codex/bin/codex.js exec x'],
  prepared: [
    ['codex exec review --uncommitted', 'codex exec --json review --uncommitted'],
    ['codex exec x', 'codex exec --json x'],
    ['codex -m o3 exec --json x', 'codex -m o3 exec --json x'],
    [`codex exec resume ${SESSION} x`, `codex exec --json resume ${SESSION} x`],
  ],
  refused: [
    'codex',
    'codex resume --last',
    'codex exec --ephemeral x',
    'codex exec --worktree x',
    'codex exec --remote host:1 x',
    'codex exec --new-flag x',
    'codex exec resume 3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11 --new-flag x',
  ],
  resumed: [
    ['codex exec --json -s workspace-write -C sub x', `codex exec --json -s workspace-write -C sub resume ${SESSION} -`],
    ['codex -c a=b exec -i a.png b.png -m o3 x', `codex -c a=b exec -m o3 resume ${SESSION} -`],
    [`codex exec --json resume --last --skip-git-repo-check x`, `codex exec --json --skip-git-repo-check resume ${SESSION} -`],
    ['codex exec --json review --base main --title t', `codex exec --json resume ${SESSION} -`],
  ],
  fresh: [
    ['codex exec --json -i a.png -m o3 x', 'codex exec --json -i a.png -m o3 -- x'],
    [`codex exec --json resume ${SESSION} x`, 'codex exec --json -- x'],
    ['codex exec --json resume --last', 'codex exec --json -'],
    ['codex exec --json review --uncommitted', 'codex exec --json review --uncommitted'],
  ],
  lacksTask: [
    ['codex exec resume 3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11 -', true],
    ['codex exec review --uncommitted', false],
  ],
  captures: [
    ['429.stdout', 'session transient transient turn:badly'],
    ['429once.stdout', 'session tool turn:well'],
    ['500.stdout', 'session transient transient turn:badly'],
    ['basic.stdout', ''],
    ['basic.stderr', 'session'],
    ['ctx.stdout', 'session context context turn:badly'],
    ['cut.stdout', 'session tool turn:well'],
    ['cutper.stdout', 'session transient transient turn:badly'],
    ['hang.stdout', 'session'],
    ['kchild.stdout', 'session'],
    ['kint.stdout', 'session'],
    ['kint.stderr', ''],
    ['quota.stdout', 'session limit limit turn:badly'],
    ['0.171.0-worktree-resume.log', 'error'],
  ],
  lines: [
    [
      'a typographic apostrophe',
      json({ type: 'turn.failed', error: { message: 'You’ve hit your usage limit. Try again at 12:49 PM.' } }),
      'limit turn:badly',
    ],
    ['its prose', ['ERROR: Your workspace is out of credits. Add credits to continue.'], 'limit'],
    [
      'a refused key',
      json({ type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized: no such key' } }),
      'auth turn:badly',
    ],
    ['a failure in other words', json({ type: 'turn.failed', error: { message: 'no idea' } }), 'error turn:badly'],
    ['a failure without words', json({ type: 'turn.failed' }), 'error turn:badly'],
    [
      'a tool that reads a limit',
      json({ type: 'item.completed', item: { type: 'command_execution', aggregated_output: 'Quota exceeded.' } }),
      'tool',
    ],
    [
      'a thread that is gone',
      ['Error: thread/resume: thread/resume failed: no rollout found for thread id 01a2 (code -32600)'],
      'session-missing',
    ],
    [
      'a thread of which a power cut left an empty file',
      [
        `Error: thread/resume: thread/resume failed: failed to read thread: thread-store internal error: failed to read session metadata /${'home/'.repeat(60)}.codex/sessions/2026/11/30/rollout-1-01a2.jsonl: rollout at /${'home/'.repeat(60)}.codex/sessions/2026/11/30/rollout-1-01a2.jsonl is empty (code -32603)`,
      ],
      'session-missing',
    ],
    ['another writer', ['Error: thread/resume: thread/resume failed: thread 01a2 already has an active writer (code -32600)'], 'transient'],
    [
      'a transcript that could not be written',
      json({
        type: 'item.completed',
        item: { type: 'error', message: 'Failed to save the conversation transcript: No space left on device (os error 28)' },
      }),
      'no-space',
    ],
    ['what it handles by itself', ['2026-11-22T10:56:13.864077Z ERROR codex_models_manager::cache: failed: 401 Unauthorized'], ''],
  ],
  says: (text) => [{ type: 'item.completed', item: { type: 'agent_message', text } }],
  reads: (text) => ({ type: 'item.completed', item: { type: 'command_execution', aggregated_output: text } }),
  todos: {
    type: 'item.updated',
    item: {
      type: 'todo_list',
      items: [
        { text: 'a', completed: true },
        { text: 'b', completed: false },
      ],
    },
  },
  step: (text, output) => [
    { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text } },
    { type: 'item.started', item: { id: 'item_2', type: 'command_execution', command: 'npm test', aggregated_output: '' } },
    {
      type: 'item.completed',
      item: { id: 'item_2', type: 'command_execution', command: 'npm test', aggregated_output: output, exit_code: 0 },
    },
  ],
  said: [
    ['{"type":"item.completed","item":{"type":"agent_message","text":"Done."}}', 'Done.'],
    ['{"type":"item.completed","item":{"type":"command_execution","text":"Done."}}', null],
  ],
  record: `.codex/sessions/2026/11/23/rollout-2026-11-23T03-00-00-${SESSION}.jsonl`,
  workedIn: [
    [
      `.codex/sessions/2026/11/23/rollout-2026-11-23T03-00-00-${SESSION}.jsonl`,
      [
        entry('session_meta', { id: SESSION, cwd: '/a' }),
        entry('turn_context', { cwd: '/b', model: 'o3' }),
        entry('response_item', { cwd: '/said' }),
      ],
      ['/b', '/a'],
    ],
  ],
  sessions: [
    ['a thread that it resumed', `codex exec resume ${SESSION} x`, null, 0, SESSION],
    ['one that was never named', 'codex exec x', null, 0, null],
  ],
};
