import { type Command, Option } from 'commander';
import { endsWithItsOutput } from '../terminal/output.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

interface Options {
  readonly agent?: readonly string[];
  readonly install?: boolean;
  readonly uninstall?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `dogwatch skill`: what an agent has to know inside a run, as a skill of the agent. */
export function register(program: Command): void {
  program
    .command('skill')
    .description('print or install what an agent has to know inside a run, as a SKILL.md')
    .addOption(new Option('--agent <agent...>', 'for these agents only: claude, codex, gemini, opencode'))
    .option('--install', "write it to where the agents look for this user's skills; by default for the agents that are used here")
    .option('--uninstall', 'remove what --install wrote')
    .option('--dry-run', 'with --install or --uninstall: only say what would be done')
    .option('--force', 'with --install or --uninstall: also replace or remove a file that dogwatch did not write')
    .option('--json', 'print one JSON object per agent')
    .addHelpText('after', '\nExamples:\n  dogwatch skill\n  dogwatch skill --install --agent claude\n  dogwatch skill --uninstall\n')
    .action(skill);
}

async function skill({ install = false, uninstall = false, dryRun = false, force = false, json = false, agent }: Options): Promise<void> {
  const [{ agentsHere, placeOf, SKILLED_AGENTS }, { skillText }, { installSkill, removeSkill }, { jsonText }, { cleanEnvironment }] =
    await Promise.all([
      import('./places.ts'),
      import('./text.ts'),
      import('./install.ts'),
      import('../terminal/json.ts'),
      import('../../system/command/clean-environment.ts'),
    ]);
  endsWithItsOutput();
  const environment = cleanEnvironment(process.env);
  const named = agent?.map((name) => {
    const known = SKILLED_AGENTS.find((one) => one === name);
    if (known !== undefined) return known;
    throw new Problem(EXIT_USAGE, 'dogwatch does not know where this agent looks for skills', {
      expected: SKILLED_AGENTS.join(', '),
      got: JSON.stringify(name),
      hint: '`dogwatch skill` prints it, to be put into its instructions',
    });
  });
  if (install && uninstall) throw new Problem(EXIT_USAGE, '--install and --uninstall exclude each other', { expected: 'one of them' });
  if (!install && !uninstall) {
    if (dryRun || force) throw new Problem(EXIT_USAGE, '--dry-run and --force need --install or --uninstall');
    const places = (named ?? SKILLED_AGENTS).map((one) => placeOf(one, environment));
    process.stdout.write(json ? places.map((place) => `${jsonText({ ...place, text: skillText() })}\n`).join('') : skillText());
    return;
  }
  const agents = named ?? (uninstall ? SKILLED_AGENTS : agentsHere(environment));
  if (agents.length === 0)
    throw new Problem(EXIT_USAGE, 'no agent that takes skills has been used by this user', {
      expected: `a directory of ${SKILLED_AGENTS.join(', ')}`,
      got: 'none',
      hint: 'name the agent with --agent',
    });
  const change = install ? installSkill : removeSkill;
  const changed = change(
    agents.map((one) => placeOf(one, environment)),
    { isDry: dryRun, force },
  );
  for (const one of changed)
    process.stdout.write(
      json ? `${jsonText({ ...one, isDry: dryRun })}\n` : `${one.agent}: ${dryRun ? 'would be ' : ''}${one.change}: ${one.path}\n`,
    );
}
