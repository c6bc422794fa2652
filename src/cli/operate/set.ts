import { randomUUID } from 'node:crypto';
import type { Command as Cli } from 'commander';
import { jsonText } from '../terminal/json.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** `dogwatch set`: other settings for a run while it runs. */
export function register(program: Cli): void {
  program
    .command('set')
    .description('change settings of a run while it runs; the change is recorded in its history')
    .argument('<run>', 'name of the run')
    .argument('<name=value...>', 'settings, such as DOGWATCH_IDLE=30m')
    .option('--json', 'print the reply as JSON')
    .addHelpText('after', EXAMPLE)
    .action(set);
}

const EXAMPLE = `
Example:
  dogwatch set upgrade DOGWATCH_MAX_RESUMES=40 DOGWATCH_IDLE=30m

The settings decide from then on, also about the present attempt. Only those
that decide about a run can be changed; \`dogwatch config RUN\` lists them. A run
that was handed over because a budget is spent still needs \`dogwatch resume\`.
`;

async function set(name: string, pairs: readonly string[], { json = false }: { readonly json?: boolean }): Promise<void> {
  const [
    { openLayout },
    { withReader },
    { findRun },
    { POLICY_KEYS, policyOf },
    { submit },
    { fromInside },
    { SETTINGS, printSetting },
    { sanitizeForTerminal },
    { withLocalTimes },
    { nobodyAsked },
    { tell },
  ] = await Promise.all([
    import('../client/state-layout.ts'),
    import('../../store/with-reader.ts'),
    import('../client/find-run.ts'),
    import('../client/policy-values.ts'),
    import('../client/submit.ts'),
    import('./request.ts'),
    import('../../settings/settings.ts'),
    import('../../system/text/sanitize.ts'),
    import('../client/local-times.ts'),
    import('../../agents/nobody-asked.ts'),
    import('../terminal/tell.ts'),
  ]);
  const layout = openLayout();
  const run = withReader(layout, (reader) => findRun(reader, name));
  const policy = policyOf(pairs, '', run.spec.policy);
  const words = POLICY_KEYS.flatMap((key) => {
    const [before, after] = [run.spec.policy[key], policy[key]];
    if (after === undefined) return [];
    return `${SETTINGS[key].name} ${before === undefined ? 'unset' : printSetting(key, before)} → ${printSetting(key, after)}`;
  }).join(', ');
  const command = { kind: 'set', policy, words } as const;
  const reply = await submit(layout, { id: randomUUID(), kind: 'operator', run: run.id, command, ...fromInside() });
  if (json) process.stdout.write(`${jsonText({ run: run.name, ...reply })}\n`);
  else if (reply.accepted) process.stdout.write(`${run.name}: ${sanitizeForTerminal(withLocalTimes(reply.message))}\n`);
  else throw new Problem(EXIT_USAGE, `cannot change the settings of ${run.name}`, { got: withLocalTimes(reply.message) });
  const unasked = policy.asks === true ? nobodyAsked({ ...run.spec, policy: { ...run.spec.policy, ...policy } }) : null;
  if (reply.accepted && unasked !== null) tell(unasked);
  if (!reply.accepted) process.exitCode = EXIT_USAGE;
}
