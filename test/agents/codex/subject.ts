import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB, type Subject } from '../../real/agents/jobs/subject.ts';
import { OPENAI } from '../../real/providers/refusals.ts';
import { RESPONSES } from '../../real/providers/responses-api.ts';

const ARCH = process.arch === 'x64' ? 'x86_64' : 'aarch64';
/** The real codex, with its model on loopback. */
export const subject: Subject = {
  pinned: {
    package: '@openai/codex',
    version: '0.169.0',
    programs: [`node_modules/@openai/codex-linux-${process.arch}/vendor/${ARCH}-unknown-linux-musl/bin/codex`],
  },
  api: RESPONSES,
  refusals: OPENAI,
  unauthorized: { requests: 2, exit: 1 },
  limited: { says: 'minute', requests: 1, exit: 1, refusedAttempts: 1 },
  overflows: [{ refused: 'always', requests: 1, exit: 1, after: ['fresh'] }],
  sessionHeader: 'thread-id',
  sessions: '.codex/sessions',
  loginShell: true,
  credentials: '.codex/auth.json',
  command: (program) => [program, 'exec', '--skip-git-repo-check', JOB],
  environment(home, url) {
    const directory = join(home, '.codex');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'config.toml'), codexConfig(url));
    return { CODEX_HOME: directory, LOOPBACK_KEY: 'none' };
  },
  shell: (cmd) => ({ tool: 'exec_command', args: { cmd, yield_time_ms: 300_000 } }),
  delegate: (message) => ({ tool: 'spawn_agent', namespace: 'multi_agent_v1', args: { message } }),
  nearlyFull: 250_000,
  compacts(home) {
    const path = join(home, '.codex', 'config.toml');
    writeFileSync(path, `model_auto_compact_token_limit = 100000\n${readFileSync(path, 'utf8')}`);
  },
  asking: (program) => [program, 'exec', '--skip-git-repo-check', '-c', 'approval_policy="on-request"', '--sandbox', 'read-only', JOB],
};

const codexConfig = (url: string): string => `model = "scripted"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
stream_max_retries = 1
[analytics]
enabled = false
[features]
plugins = false
apps = false
`;
