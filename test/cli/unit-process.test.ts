import { expect, test } from 'vitest';
import { Problem } from '../../src/cli/problem.ts';
import { unitProcess } from '../../src/cli/unit-process.ts';
import type { Manager, properties } from '../../src/system/systemd.ts';

type Answers = Partial<Record<Manager, Record<string, string>>>;

const GONE = { LoadState: 'not-found', MainPID: '0', Restart: 'no' };
const service = (pid: number, restart = 'no') => ({ LoadState: 'loaded', MainPID: String(pid), Restart: restart });

function fake(answers: Answers) {
  const asked: string[] = [];
  const show: typeof properties = (manager, unit) => {
    asked.push(`${manager} ${unit}`);
    return new Map(Object.entries(answers[manager] ?? {}));
  };
  return { asked, show };
}

function refused(name: string, answers: Answers): { came: string | null; asked: readonly string[] } {
  const { asked, show } = fake(answers);
  try {
    unitProcess(name, show);
  } catch (error) {
    if (error instanceof Problem) return { came: error.explanation.came, asked };
    throw error;
  }
  throw new Error('it was not refused');
}

test('a unit of the system comes before one of the user, and a name without a type is a service', () => {
  const { asked, show } = fake({ system: service(41), user: service(42) });
  expect(unitProcess('upgrade', show)).toBe(41);
  expect(asked).toEqual(['system upgrade.service']);
});

test.each<[string, Answers]>([
  ['is not known to the system', { system: GONE, user: service(42) }],
  ['is not living there', { system: service(0), user: service(42) }],
  ['has no system manager that answers', { user: service(42) }],
])('a unit that %s is looked for at the user manager', (_why, answers) => {
  const { asked, show } = fake(answers);
  expect(unitProcess('upgrade@weekly.service', show)).toBe(42);
  expect(asked).toEqual(['system upgrade@weekly.service', 'user upgrade@weekly.service']);
});

test('a unit without a living main process is refused', () => {
  expect(refused('upgrade', { system: service(0), user: GONE }).came).toBe('no systemd manager knows a living main process of it');
  expect(refused('upgrade', {}).came).toBe('no systemd manager knows a living main process of it');
});

test.each(['always', 'on-failure', ''])('a unit that systemd may restart (Restart=%s) is refused', (restart) => {
  expect(refused('upgrade', { system: service(41, restart) }).came).toBe(`systemd restarts it by itself (Restart=${restart})`);
});

test.each(['', '--host=elsewhere', 'a b', '../x', 'x;reboot', 'x\n'])('%j is no name of a unit, and systemctl is not asked', (name) => {
  expect(refused(name, { system: service(41) })).toEqual({ came: 'it is no name of a unit', asked: [] });
});
