import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EngineLedger } from '../../../src/core/images/image.ts';
import { noteEvent, watchedEngine } from '../../../src/reclaimers/watched-engine.ts';
import { memoryLedgers } from '../../../src/store/image-ledger.ts';
import { bootId, monoMs } from '../../../src/system/process/process.ts';
import { engineEvents } from '../../../streams/sinks/image-ledger.ts';
import { until } from '../../kit/until.ts';
import { type Daemon, startDaemon, whyNoDocker } from './daemon.ts';
import { imageArchive } from './image-archive.ts';
import { engineAt } from './reclaim-bench.ts';

let why: string | null = null;
let daemon: Daemon;
beforeAll(async () => {
  why = whyNoDocker();
  if (why === null) daemon = await startDaemon();
});
afterAll(() => daemon?.stop());
beforeEach((context) => {
  if (why !== null) context.skip(why);
});

const load = (name: string) => {
  const { id, archive } = imageArchive({ tags: [`${name}:1`], builtAt: new Date(0), content: name });
  daemon.docker(['load', '-q'], archive);
  return id;
};

describe('the ledger of a real engine', () => {
  test('follows containers that come and go, and new and removed images, and continues after the engine was killed', async () => {
    const ledgers = memoryLedgers();
    const reported: string[] = [];
    let engineId = '';
    const deps = { ...watchedEngine(engineAt(daemon.socket), ledgers), report: (problem: string) => void reported.push(problem) };
    const subscription = engineEvents(deps).subscribe((one) => {
      engineId = one.engine;
      noteEvent(ledgers, one, one.event, { wall: Date.now(), mono: monoMs(), bootId: bootId() });
    });
    const ledger = (): EngineLedger | null => ledgers.read(engineId);
    try {
      const early = load('early');
      await until('the image is known', () => ledger()?.images.has(early));
      expect(ledger()?.images.get(early)).toMatchObject({ firstSeenWall: expect.any(Number) });
      const before = Date.now();
      daemon.docker(['run', '--rm', '--network', 'none', '--pull', 'never', 'early:1', '/bin/busybox', 'true']);
      const use = await until('its use is known', () => ledger()?.images.get(early)?.use);
      expect(use.wall).toBeGreaterThanOrEqual(before - 1000);
      daemon.docker(['rmi', 'early:1']);
      await until('it is forgotten', () => ledger()?.images.has(early) === false);

      const process = daemon.process();
      process.kill('SIGKILL');
      await until('the loss is reported', () => reported.length > 0);
      await daemon.start();
      const late = load('late');
      await until('an image from the meantime is known', () => ledger()?.images.has(late));
      expect(reported[0]).toContain('is not watched: Docker closed the');
    } finally {
      subscription.unsubscribe();
    }
  });
});
