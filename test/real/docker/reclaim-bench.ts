import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { ReclaimReport } from '../../../src/cli/reclaim/report.ts';
import type { EngineLedger } from '../../../src/core/images/image.ts';
import { evolveEngineLedger } from '../../../src/core/images/ledger.ts';
import { type Layout, layout } from '../../../src/store/directory/layout.ts';
import { acquireState } from '../../../src/store/held-state.ts';
import { openImageLedgers } from '../../../src/store/image-ledger.ts';
import { parseEndpoint } from '../../../src/system/docker/endpoint.ts';
import { dockerEngine, inventoryOf } from '../../../src/system/docker/engine.ts';
import { bootId, monoMs } from '../../../src/system/process/process.ts';

export const DAY_MS = 86_400_000;

/** A state directory, and the built program that uses it. */
export function reclaimBench(socket: string) {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-reclaim-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const where = layout(join(directory, 'state'));
  const dogwatch = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const variables = { PATH: process.env.PATH, HOME: directory, DOCKER_HOST: `unix://${socket}`, DOGWATCH_STATE_DIR: where.stateDir };
    const child = spawn(process.execPath, ['dist/main.js', 'reclaim', ...args], {
      env: { ...variables, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
    const code = await new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    return { code, out: out.join(''), err: err.join('') };
  };
  const report = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ReclaimReport> => {
    const { out, err } = await dogwatch([...args, '--json'], env);
    if (out === '') throw new Error(err);
    return JSON.parse(out);
  };
  const rememberAll = (ageMs: number, change?: (ledger: EngineLedger) => EngineLedger) => remember(where, socket, ageMs, change);
  return { where, dogwatch, report, rememberAll };
}

/**
 * Everything that the engine has now was first seen this long ago, as a watchdog would have noted.
 */
export async function remember(where: Layout, socket: string, ageMs: number, change = (ledger: EngineLedger) => ledger): Promise<void> {
  const engine = engineAt(socket);
  // What the engine recorded in the second before a look counts as not received yet.
  await setTimeout(1100);
  const [info, inventory] = [await engine.info(), await inventoryOf(engine)];
  if (info.kind !== 'ok' || inventory.kind !== 'ok') throw new Error(JSON.stringify({ info, inventory }));
  const who = { engine: info.value.id, endpoint: engine.endpoint.url };
  const images = { images: inventory.value.images, containers: [] };
  const at = { wall: Date.now(), mono: monoMs(), bootId: bootId() };
  const then = evolveEngineLedger(null, who, { kind: 'listed', inventory: images }, { ...at, wall: at.wall - ageMs });
  const state = await acquireState(where, { leaseTimeoutMs: 60_000, ballastBytes: 0 });
  if (state.kind !== 'held-by-us') throw new Error('another process holds the state');
  const ledgers = openImageLedgers(where, state.lease, () => false);
  ledgers.write(change({ ...then, seenAt: at }));
  ledgers.close();
  state.close();
}

export function engineAt(socket: string) {
  const endpoint = parseEndpoint(`unix://${socket}`);
  if (endpoint === null) throw new Error(`no endpoint: ${socket}`);
  return dockerEngine(endpoint, process.env);
}
