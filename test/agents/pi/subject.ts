import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { CHAT } from '../../real/providers/chat-api.ts';
import { OPENAI } from '../../real/providers/refusals.ts';

/** The real pi, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@earendil-works/pi-coding-agent',
    version: '1.6.0',
    programs: ['node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js'],
  },
  api: CHAT,
  refusals: OPENAI,
  unauthorized: { requests: 1, exit: 0 },
  limited: { says: 'second', requests: 4, exit: 0, refusedAttempts: 1 },
  overflows: [{ refused: 'always', requests: 1, exit: 0, after: ['fresh'] }],
  sessionHeader: 'x-session-affinity',
  sessions: '.pi/agent/sessions',
  credentials: '.pi/agent/auth.json',
  title: 'pi',
  command: (program) => [process.execPath, program, '--model', 'loopback/scripted', JOB],
  environment(home, url) {
    const directory = join(home, '.pi', 'agent');
    mkdirSync(directory, { recursive: true });
    const model = { id: 'scripted', contextWindow: 128_000, maxTokens: 8192, compat: { sendSessionAffinityHeaders: true } };
    const loopback = { baseUrl: `${url}/v1`, api: 'openai-completions', apiKey: 'none', models: [model] };
    writeFileSync(join(directory, 'models.json'), JSON.stringify({ providers: { loopback } }));
    writeFileSync(join(directory, 'settings.json'), JSON.stringify({ retry: { baseDelayMs: 200 } }));
    return { PI_OFFLINE: '1' };
  },
  nearlyFull: 125_000,
  compacts(home) {
    const path = join(home, '.pi', 'agent', 'settings.json');
    // It would not summarize what it keeps as it is.
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), compaction: { keepRecentTokens: 1 } }));
  },
  shell: (command) => ({ tool: 'bash', args: { command } }),
};
