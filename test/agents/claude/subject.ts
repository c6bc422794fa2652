import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { ANTHROPIC } from '../../real/providers/anthropic-api.ts';
import { ANTHROPIC_REFUSALS } from '../../real/providers/refusals.ts';

/** The real Claude Code, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@anthropic-ai/claude-code',
    version: '2.1.330',
    programs: [`node_modules/@anthropic-ai/claude-code-linux-${process.arch}/claude`],
  },
  api: ANTHROPIC,
  refusals: ANTHROPIC_REFUSALS,
  unauthorized: { requests: 2, exit: 1 },
  limited: { says: 'second', requests: 1, exit: 1, refusedAttempts: 1 },
  overflows: [
    { refused: 'once', requests: 1, exit: null, after: [] },
    { refused: 'always', requests: 5, exit: 1, after: ['fresh'] },
  ],
  sessionHeader: 'x-claude-code-session-id',
  sessions: '.claude/projects',
  credentials: '.claude/.credentials.json',
  command: (program) => [program, '-p', '--dangerously-skip-permissions', JOB],
  environment: (home, url) => ({
    ANTHROPIC_BASE_URL: url,
    // A subscription: it reports more about its limits than a key does.
    CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-none',
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_TELEMETRY: '1',
    // As root it refuses to skip permissions, except in a sandbox.
    IS_SANDBOX: '1',
  }),
  shell: (command) => ({ tool: 'Bash', args: { command, description: 'a step of the job', timeout: 600_000 } }),
  delegate: (prompt) => ({ tool: 'Task', args: { description: 'a part', prompt, subagent_type: 'general-purpose' } }),
  nearlyFull: 980_000,
  asking: (program) => [program, '-p', JOB],
};
