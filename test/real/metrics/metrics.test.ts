import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../../src/core/decision.ts';
import { openNotice } from '../../../src/core/notices/notice.ts';
import { ALERTS } from '../../../src/metrics/alerts.ts';
import { SECTIONS } from '../../../src/metrics/panels.ts';
import type { Layout } from '../../../src/store/directory/layout.ts';
import { instant } from '../../../src/system/process/clock.ts';
import * as moments from '../../kit/core/moments.ts';
import { news } from '../../kit/core/notice-samples.ts';
import { answered, type Story, working, worksAndExits } from '../../kit/core/world.ts';
import { ALIVE, keptState } from '../../kit/kept-state.ts';
import { whyNotUnpacked } from '../unpacked.ts';
import { CASES, inputOf } from './rules.ts';
import { type Answer, emptyDirectory, ended, type Prometheus, prometheus, promtool } from './server.ts';

const missing = whyNotUnpacked('prometheus', 'Prometheus');
const SLOW_MS = 60_000;

/** Waits until it is so: what another process does takes as long as it takes. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + SLOW_MS; !(await isSo()); await setTimeout(200))
    if (performance.now() > end) throw new Error(`in vain: ${what}`);
}

/** `dogwatch metrics` as an operator starts it. */
function dogwatch(where: Layout, ...argv: string[]): ChildProcess {
  const env = { ...process.env, DOGWATCH_STATE_DIR: where.stateDir };
  return ended(spawn(process.execPath, ['src/launcher.mjs', 'metrics', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** All that it prints until it has ended, or until this pattern is found in it. */
async function printedBy(child: ChildProcess, pattern: RegExp | null = null): Promise<string> {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  if (pattern === null) await once(child, 'close');
  else await until(`${pattern} is printed`, async () => pattern.test(text));
  return text;
}

/** A state in which something is known of everything that the board shows. */
async function richState() {
  const state = await keptState(ALIVE());
  let seq = 0;
  const keep = (story: Story, name: string, decisions: readonly RunDecision[]) => {
    const byMs = instant().wall - story.now.wall;
    const id = `${name}.1`;
    for (const decision of decisions) {
      const shifted = JSON.parse(JSON.stringify(decision), (key, value) =>
        /^(?:wall|.*Wall)$/.test(key) && typeof value === 'number' ? value + byMs : value,
      ) as RunDecision;
      seq += 1;
      const run = { ...shifted.run, id, name, spec: { ...shifted.run.spec, name } };
      const actions = shifted.actions.map((action) => ({ ...action, id: `${name} ${action.id}`, run: id }));
      const settled = 'action' in shifted.observation ? { action: `${name} ${shifted.observation.action}` } : {};
      state.keep({ ...shifted, observation: { ...shifted.observation, ...settled, run: id, seq }, run, actions, reply: null });
    }
  };
  const costly = working();
  costly.says(answered(0.5), {
    kind: 'window',
    name: 'five_hour',
    ofModel: false,
    usedPercent: 40,
    resetsAtWall: costly.now.wall + 3_600_000,
    extra: null,
  });
  keep(costly, 'costly', costly.decisions);
  const blocked = moments.blocked();
  keep(blocked, 'blocked', blocked.decisions.slice(0, 1));
  keep(blocked, 'blocked', blocked.decisions.slice(-1));
  state.store.record([], {
    kept: [openNotice(news({ cause: 'blocked/blocked.1', runs: [{ id: 'blocked.1', name: 'blocked' }] }), instant())],
    dropped: [],
  });
  writeFileSync(state.where.gateLock, '');
  const dying = working();
  const before = dying.decisions.length;
  keep(dying, 'dying', dying.decisions);
  /** A run dies and is resumed. */
  const dies = () => {
    worksAndExits(dying, 'SIGKILL');
    dying.gathered();
    dying.after(40).started();
    keep(dying, 'dying', dying.decisions.slice(before));
  };
  return { ...state, dies };
}

async function watched(where: Layout): Promise<{ readonly server: Prometheus; readonly exporter: ChildProcess }> {
  const exporter = dogwatch(where, '--listen', '127.0.0.1:0');
  const address = await printedBy(exporter, /http:\/\/127\.0\.0\.1:\d+\/metrics/);
  const server = await prometheus(Number(/:(\d+)\/metrics/.exec(address)?.[1]));
  await until('it is scraped', async () => (await server.isUp()) === true);
  return { server, exporter };
}

const asked = (expr: string): string => expr.replaceAll('$instance', '.*');
const PANELS = SECTIONS.flatMap(({ panels }) => panels);

/** The colours in which the board shows these values; without any, that of missing data. */
function coloursOf({ steps = [] }: (typeof PANELS)[number], answer: Answer): readonly string[] {
  if (answer.length === 0) return ['red'];
  return answer.map(({ value }) => steps.findLast(([from]) => from === null || value >= from)?.[1] ?? 'none');
}

async function greenPanels(server: Prometheus): Promise<readonly string[]> {
  const coloured = PANELS.filter(({ steps }) => steps !== undefined);
  const green = await Promise.all(
    coloured.map(async (panel) => {
      const colours = await Promise.all(panel.queries.map(async ([expr]) => coloursOf(panel, await server.query(asked(expr)))));
      return colours.flat().includes('green') ? [panel.title] : [];
    }),
  );
  return green.flat();
}

describe.skipIf(missing !== null)('promtool', () => {
  test('finds nothing wrong with the metrics', async () => {
    const { where } = await richState();
    const text = await printedBy(dogwatch(where));
    expect(text).toContain('dogwatch_runs{');
    expect(promtool(['check', 'metrics'], text)).toEqual({ status: 0, printed: '' });
  });

  test('finds nothing wrong with the rules', () => {
    const path = join(emptyDirectory(), 'dogwatch.yml');
    writeFileSync(path, ALERTS);
    const { status, printed } = promtool(['check', 'rules', path]);
    expect([status, printed]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  test.each(CASES)('$alert: $name', (one) => {
    const directory = emptyDirectory();
    writeFileSync(join(directory, 'dogwatch.yml'), ALERTS);
    const expected = one.at.map(([minutes, firing]) => ({
      expr: `count(ALERTS{alertname="${one.alert}",alertstate="firing"})`,
      eval_time: `${minutes}m`,
      exp_samples: firing === 0 ? [] : [{ labels: '{}', value: firing }],
    }));
    const tests = [{ interval: '1m', input_series: inputOf(one), promql_expr_test: expected }];
    const path = join(directory, 'test.yml');
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ rule_files: ['dogwatch.yml'], evaluation_interval: '1m', tests }));
    expect(promtool(['test', 'rules', path])).toMatchObject({ status: 0 });
  });
});

describe.skipIf(missing !== null)('a real Prometheus', () => {
  test('has an answer to everything that the board asks', async () => {
    const { where, dies } = await richState();
    const { server } = await watched(where);
    dies();
    await until('a resume is counted', async () =>
      (await server.query('increase(dogwatch_resumes_total{cause="death"}[1h])')).some(({ value }) => value > 0),
    );
    const unanswered: string[] = [];
    for (const { title, queries } of PANELS)
      for (const [expr] of queries) {
        const answer = await server.query(asked(expr));
        if (answer.length === 0 || answer.every(({ value }) => Number.isNaN(value))) unanswered.push(`${title}: ${expr}`);
      }
    expect(unanswered).toEqual([]);
    expect(await greenPanels(server)).toContain('Watchdog alive');
  });

  test('fires when the watchdog is dead, and shows nothing as well', async () => {
    const { where } = await richState();
    const { server, exporter } = await watched(where);
    await until('all is shown as well', async () => (await greenPanels(server)).includes('Watchdog alive'));
    // As if it had given its last sign of life ten minutes ago.
    const db = new DatabaseSync(where.database);
    db.prepare('UPDATE lease SET mono = ?, pid = 4194304').run(instant().mono - 600_000);
    db.close();
    rmSync(where.heartbeat, { force: true });
    await until('an alert fires', async () => (await server.firing()).includes('DogwatchWatchdogSilent'));
    // The gate is a program of its own.
    expect((await greenPanels(server)).filter((title) => title !== 'Last hourly check')).toEqual([]);
    exporter.kill();
    await until('nothing is scraped', async () => (await server.isUp()) === false);
    await until('nothing is known', async () => (await server.query('dogwatch_build_info')).length === 0);
    expect(await greenPanels(server)).toEqual([]);
  });

  test('a file is written for its exporter, and again', async () => {
    const { where, dies } = await richState();
    const directory = emptyDirectory();
    const path = join(directory, 'dogwatch.prom');
    const writer = dogwatch(where, '--textfile', directory);
    const text = () => {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return '';
      }
    };
    await until('it is written', async () => text().includes('dogwatch_resumes_total{cause="death"} 0'));
    expect(promtool(['check', 'metrics'], text())).toEqual({ status: 0, printed: '' });
    dies();
    await until('it is written again', async () => text().includes('dogwatch_resumes_total{cause="death"} 1'));
    writer.kill('SIGTERM');
    expect(await once(writer, 'exit')).toEqual([0, null]);
  });
});
