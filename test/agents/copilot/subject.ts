import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { CHAT } from '../../real/providers/chat-api.ts';
import { OPENAI } from '../../real/providers/refusals.ts';

/** The real GitHub Copilot CLI, with a model of its own on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@github/copilot',
    version: '1.0.102',
    programs: [`node_modules/@github/copilot-linux-${process.arch}/copilot`],
  },
  api: CHAT,
  refusals: OPENAI,
  unauthorized: { requests: 3, exit: 1 },
  limited: { says: 'second', requests: 6, exit: 1, refusedAttempts: 1 },
  overflows: [{ refused: 'always', requests: 1, exit: 1, after: ['fresh'] }],
  sessionHeader: null,
  recordsLate: true,
  sessions: '.copilot/session-state',
  credentials: '.copilot/config.json',
  command: (program) => [program, '--allow-all', '-p', JOB],
  environment: (_home, url) => ({
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_API_KEY: 'none',
    COPILOT_MODEL: 'scripted',
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
  }),
  shell: (command) => ({ tool: 'bash', args: { command, description: 'a step of the job', mode: 'sync', initial_wait: 600 } }),
  delegate: (prompt) => ({
    tool: 'task',
    args: { description: 'a part', name: 'part', prompt, agent_type: 'general-purpose', mode: 'sync' },
  }),
  // It unpacks itself.
  onceBefore: ['--version'],
  compacts: () => ({ COPILOT_PROVIDER_MAX_PROMPT_TOKENS: '15000', COPILOT_PROVIDER_MAX_OUTPUT_TOKENS: '1000' }),
  asking: (program) => [program, '-p', JOB],
};
