import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Variables for a separate opencode: private directories, one model on loopback, and no other
 * network (its registry is a closed port).
 */
export function opencodeEnvironment(home: string, modelUrl: string): Record<string, string> {
  const directories = Object.fromEntries(
    ['DATA', 'CONFIG', 'STATE', 'CACHE'].map((kind) => [`XDG_${kind}_HOME`, join(home, kind.toLowerCase())]),
  );
  for (const directory of [home, ...Object.values(directories)]) mkdirSync(directory, { recursive: true });
  const model = { name: 'Scripted', tool_call: true, limit: { context: 128_000, output: 8192 } };
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Loopback',
    options: { baseURL: modelUrl, apiKey: 'none' },
    models: { scripted: model },
  };
  const config = {
    autoupdate: false,
    share: 'disabled',
    model: 'loopback/scripted',
    small_model: 'loopback/scripted',
    enabled_providers: ['loopback'],
    provider: { loopback: provider },
  };
  return {
    ...directories,
    HOME: home,
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    NPM_CONFIG_REGISTRY: 'http://127.0.0.1:9/',
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  };
}
