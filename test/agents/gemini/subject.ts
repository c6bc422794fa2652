import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { GEMINI_API } from '../../real/providers/gemini-api.ts';
import { GOOGLE } from '../../real/providers/refusals.ts';

/** The real gemini-cli, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@google/gemini-cli',
    version: '0.61.0',
    programs: ['node_modules/@google/gemini-cli/bundle/gemini.js'],
  },
  api: GEMINI_API,
  refusals: GOOGLE,
  unauthorized: { requests: 1, exit: 145 },
  limited: { says: 'nothing', requests: 1, exit: 173, refusedAttempts: 2 },
  overflows: [{ refused: 'always', requests: 1, exit: 144, after: ['fresh'] }],
  sessionHeader: null,
  sessions: '.gemini/tmp',
  credentials: '.gemini/oauth_creds.json',
  command: (program) => [process.execPath, program, '-m', 'gemini-2.5-pro', '-y', '-p', JOB],
  environment(home, url) {
    mkdirSync(join(home, '.gemini'), { recursive: true });
    const security = { auth: { selectedType: 'gemini-api-key' } };
    const settings = { security, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } };
    writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
    // gemini-cli leaves a report of each error in the temporary directory.
    return { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true', TMPDIR: home };
  },
  shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job' } }),
  delegate: (prompt) => ({ tool: 'invoke_agent', args: { agent_name: 'generalist', prompt } }),
  nearlyFull: 900_000,
  asking: (program) => [process.execPath, program, '-m', 'gemini-2.5-pro', '-p', JOB],
  alone: { GEMINI_CLI_NO_RELAUNCH: 'true' },
};
