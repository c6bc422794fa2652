import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { CHAT } from '../../real/providers/chat-api.ts';
import { OPENAI } from '../../real/providers/refusals.ts';
import { opencodeEnvironment } from './environment.ts';

/** The real opencode, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: 'opencode-ai',
    version: '1.18.33',
    programs: [
      `node_modules/opencode-linux-${process.arch}/bin/opencode`,
      `node_modules/opencode-linux-${process.arch}-baseline/bin/opencode`,
    ],
  },
  api: CHAT,
  refusals: OPENAI,
  unauthorized: { requests: 1, exit: 1 },
  limited: { says: 'second', requests: 6, exit: 1, refusedAttempts: 1 },
  overflows: [{ refused: 'once', requests: 1, exit: null, after: [] }],
  sessionHeader: 'x-session-id',
  sessions: 'data/opencode',
  credentials: 'data/opencode/auth.json',
  command: (program) => [program, 'run', '--auto', '-m', 'loopback/scripted', JOB],
  environment: (home, url) => opencodeEnvironment(home, `${url}/v1`),
  shell: (command) => ({ tool: 'bash', args: { command, description: 'a step of the job' } }),
  delegate: (prompt) => ({ tool: 'task', args: { description: 'a part', prompt, subagent_type: 'general' } }),
  nearlyFull: 125_000,
  asking: (program) => [program, 'run', '-m', 'loopback/scripted', JOB],
};
