import { expect, test } from 'vitest';
import { nobodyAsked } from '../../src/agents/nobody-asked.ts';
import { AGENTS } from '../../src/agents/registry.ts';
import { POLICY } from '../kit/core/world.ts';

const asking = (agent: (typeof AGENTS)[number]['name'] | 'generic', command: readonly string[], resumeCommand: string | null = null) => ({
  agent,
  command,
  resumeCommand,
  policy: { ...POLICY, asks: true },
});

test.each([...AGENTS.filter(({ name }) => name !== 'claude').map(({ name }) => name), 'generic' as const])(
  '%s cannot ask, and its operator hears so',
  (name) => {
    const spec = asking(name, [name, 'do it']);
    expect(nobodyAsked(spec)).toMatch(/^DOGWATCH_ASK=1 has no effect.* cannot wait for an answer .*only claude can\)$/);
    expect(nobodyAsked({ ...spec, policy: { ...POLICY, asks: false } })).toBeNull();
    expect(nobodyAsked({ ...spec, policy: POLICY })).toBeNull();
  },
);

test.each<[string, readonly string[], string | null, RegExp | null]>([
  ['asks', ['claude', '-p', 'x'], null, null],
  ['asks behind a wrapper', ['timeout', '3h', 'claude', '-p', 'x'], null, null],
  ['may do everything', ['claude', '-p', 'x', '--dangerously-skip-permissions'], null, /no effect.*option of its command/],
  ['has its own tool that decides', ['claude', '-p', 'x', '--permission-prompt-tool', 'mcp__own__ask'], null, /no effect/],
  ['is resumed by a command of the operator', ['claude', '-p', 'x'], './again.sh', /--resume-command is run as it is/],
])('claude that %s', (_, command, resumeCommand, expected) => {
  const why = nobodyAsked(asking('claude', command, resumeCommand));
  if (expected === null) expect(why).toBeNull();
  else expect(why).toMatch(expected);
});
