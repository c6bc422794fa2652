import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { CHAT } from '../../real/providers/chat-api.ts';
import { OPENAI } from '../../real/providers/refusals.ts';

/** The real qwen-code, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@qwen-code/qwen-code',
    version: '0.15.10',
    programs: ['node_modules/@qwen-code/qwen-code/cli.js'],
  },
  api: CHAT,
  refusals: OPENAI,
  unauthorized: { requests: 1, exit: 0 },
  // It retries by itself for over a minute (for an hour unless its `maxRetries` is 0): one attempt
  // is enough.
  limited: { says: 'nothing', requests: 7, exit: 0, refusedAttempts: 1 },
  overflows: [{ refused: 'always', requests: 1, exit: 0, after: ['fresh'] }],
  sessionHeader: null,
  sessions: '.qwen/projects',
  credentials: '.qwen/oauth_creds.json',
  command: (program) => [process.execPath, program, '-y', JOB],
  environment(home, url) {
    mkdirSync(join(home, '.qwen'), { recursive: true });
    // By default it retries for an hour when it is refused for a limit.
    const settings = { privacy: { usageStatisticsEnabled: false }, model: { generationConfig: { maxRetries: 0 } } };
    writeFileSync(join(home, '.qwen', 'settings.json'), JSON.stringify(settings));
    return { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted' };
  },
  shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job', is_background: false } }),
  delegate: (prompt) => ({ tool: 'agent', args: { description: 'a part', prompt, subagent_type: 'general-purpose' } }),
  nearlyFull: 125_000,
  asking: (program) => [process.execPath, program, JOB],
  alone: { QWEN_CODE_NO_RELAUNCH: 'true' },
};
