import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { CHAT } from '../../real/providers/chat-api.ts';
import { OPENAI } from '../../real/providers/refusals.ts';

/** The real cline, with its model on loopback. */
export const subject: Subject = {
  pinned: { package: 'cline', version: '3.0.65', programs: [`node_modules/@cline/cli-linux-${process.arch}/bin/cline`] },
  api: CHAT,
  refusals: OPENAI,
  unauthorized: { requests: 1, exit: 1 },
  limited: { says: 'nothing', requests: 6, exit: 1, refusedAttempts: 1 },
  // It compacts its session, and goes on.
  overflows: [{ refused: 'once', requests: 1, exit: null, after: [] }],
  sessionHeader: null,
  forgets: true,
  sessions: '.cline/data/sessions',
  credentials: '.cline/data/settings/providers.json',
  command: (program) => [program, JOB],
  environment(home, url) {
    const directory = join(home, '.cline', 'data', 'settings');
    mkdirSync(directory, { recursive: true });
    const provider = 'openai-compatible';
    const settings = { provider, apiKey: 'none', model: 'scripted', baseUrl: `${url}/v1` };
    const providers = { [provider]: { settings, updatedAt: '2026-11-30T00:00:00.000Z', tokenSource: 'manual' } };
    writeFileSync(join(directory, 'providers.json'), JSON.stringify({ version: 1, lastUsedProvider: provider, modes: {}, providers }));
    return { CLINE_NO_AUTO_UPDATE: '1' };
  },
  nearlyFull: 1_000_000,
  asking: (program) => [program, '--auto-approve', 'false', JOB],
  daemon: '--cline-hub-daemon',
  shell: (command) => ({ tool: 'run_commands', args: { commands: [command] } }),
};
