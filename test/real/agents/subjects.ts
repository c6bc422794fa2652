import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ANTHROPIC } from '../providers/anthropic-api.ts';
import { CHAT } from '../providers/chat-api.ts';
import { GEMINI_API } from '../providers/gemini-api.ts';
import type { Answer, Api } from '../providers/model-server.ts';
import { ANTHROPIC_REFUSALS, GOOGLE, OPENAI, type Refusals } from '../providers/refusals.ts';
import { RESPONSES } from '../providers/responses-api.ts';
import { CLAUDE, CODEX, GEMINI, OPENCODE, type PinnedAgent, QWEN } from './install.ts';
import { opencodeEnvironment } from './opencode-environment.ts';

/** A real agent CLI in a home of its own, whose model is on loopback. */
export interface Subject {
  readonly pinned: PinnedAgent;
  readonly api: Api;
  readonly refusals: Refusals;
  /** The header in which it names its session to the model; null: none. */
  readonly sessionHeader: string | null;
  /** Its tools find `dogwatch` only by its path. */
  readonly loginShell?: true;
  /** Where it keeps its sessions, below its home. */
  readonly sessions: string;
  /** Where it keeps what somebody logged in with, below its home. */
  readonly credentials: string;
  /** The command, given the program. */
  command(program: string): readonly string[];
  /** Prepares its home and gives its variables. */
  environment(home: string, url: string): Readonly<Record<string, string>>;
  /** What the model says to run a command. */
  shell(command: string): Answer;
}

const JOB = 'Write one, two and three.';

export type SubjectName = 'opencode' | 'claude' | 'codex' | 'gemini' | 'qwen';

export const SUBJECTS: Readonly<Record<SubjectName, Subject>> = {
  opencode: {
    pinned: OPENCODE,
    api: CHAT,
    refusals: OPENAI,
    sessionHeader: 'x-session-id',
    sessions: 'data/opencode',
    credentials: 'data/opencode/auth.json',
    command: (program) => [program, 'run', '--auto', '-m', 'loopback/scripted', JOB],
    environment: (home, url) => opencodeEnvironment(home, `${url}/v1`),
    shell: (command) => ({ tool: 'bash', args: { command, description: 'a step of the job' } }),
  },
  claude: {
    pinned: CLAUDE,
    api: ANTHROPIC,
    refusals: ANTHROPIC_REFUSALS,
    sessionHeader: 'x-claude-code-session-id',
    sessions: '.claude/projects',
    credentials: '.claude/.credentials.json',
    command: (program) => [program, '-p', '--dangerously-skip-permissions', JOB],
    environment: (home, url) => ({
      ANTHROPIC_BASE_URL: url,
      // A subscription: of its limits it says more than of those of a key.
      CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-none',
      CLAUDE_CONFIG_DIR: join(home, '.claude'),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_ERROR_REPORTING: '1',
      DISABLE_TELEMETRY: '1',
      // It refuses to skip permissions as root, but in a sandbox.
      IS_SANDBOX: '1',
    }),
    shell: (command) => ({ tool: 'Bash', args: { command, description: 'a step of the job', timeout: 600_000 } }),
  },
  codex: {
    pinned: CODEX,
    api: RESPONSES,
    refusals: OPENAI,
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
  },
  gemini: {
    pinned: GEMINI,
    api: GEMINI_API,
    refusals: GOOGLE,
    sessionHeader: null,
    sessions: '.gemini/tmp',
    credentials: '.gemini/oauth_creds.json',
    command: (program) => [process.execPath, program, '-m', 'gemini-2.5-pro', '-y', '-p', JOB],
    environment(home, url) {
      mkdirSync(join(home, '.gemini'), { recursive: true });
      const security = { auth: { selectedType: 'gemini-api-key' } };
      const settings = { security, privacy: { usageStatisticsEnabled: false }, general: { enableAutoUpdate: false } };
      writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
      // It leaves a report of each error in the temporary directory.
      return { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_TRUST_WORKSPACE: 'true', TMPDIR: home };
    },
    shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job' } }),
  },
  qwen: {
    pinned: QWEN,
    api: CHAT,
    refusals: OPENAI,
    sessionHeader: null,
    sessions: '.qwen/projects',
    credentials: '.qwen/oauth_creds.json',
    command: (program) => [process.execPath, program, '-y', JOB],
    environment(home, url) {
      mkdirSync(join(home, '.qwen'), { recursive: true });
      // By default it tries again for an hour when it is refused for a limit.
      const settings = { privacy: { usageStatisticsEnabled: false }, model: { generationConfig: { maxRetries: 0 } } };
      writeFileSync(join(home, '.qwen', 'settings.json'), JSON.stringify(settings));
      return { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'scripted' };
    },
    shell: (command) => ({ tool: 'run_shell_command', args: { command, description: 'a step of the job', is_background: false } }),
  },
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
