import { join } from 'node:path';
import { optionValue, takenApart } from '../command/grammar.ts';
import { account } from '../contract/account.ts';
import type { Agent, Environment } from '../contract/agent.ts';
import { OPENCODE } from './command.ts';
import { dataDirectory } from './sessions.ts';

/**
 * The model's name contains the provider. Its key is in a variable named after the provider
 * (opencode 1.18.33 takes those names from models.dev), in a configuration passed in a variable, or
 * in opencode's own file.
 */
export const accountOf: Agent['account'] = (command, environment) => {
  const taken = takenApart(command, OPENCODE, 'opencode run');
  const model = optionValue(taken, 'model') ?? configuredModel(environment);
  const provider = model?.includes('/') === true ? model.slice(0, model.indexOf('/')) : 'default';
  const key = environment[`${provider.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}_API_KEY`];
  const credential = key || environment.OPENCODE_CONFIG_CONTENT || join(dataDirectory(environment), 'auth.json');
  return { account: account('opencode', provider, credential), model };
};

function configuredModel({ OPENCODE_CONFIG_CONTENT: content }: Environment): string | null {
  try {
    const { model } = JSON.parse(content ?? '{}') as { model?: unknown };
    return typeof model === 'string' ? model : null;
  } catch {
    return null;
  }
}
