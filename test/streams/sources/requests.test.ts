import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elementAt, firstValueFrom, interval, ReplaySubject, timeout, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { layout } from '../../../src/store/directory/layout.ts';
import { putRequest } from '../../../src/store/inbox/put.ts';
import { removeRequest, type TakenRequest, takeRequests } from '../../../src/store/inbox/take.ts';
import { inboxDirectory, watchInbox } from '../../../src/store/inbox/watch.ts';
import { type InboxDeps, inbox } from '../../../streams/sources/requests.ts';

interface File {
  readonly file: string;
}

/** An inbox of names in virtual time: what it reports, with the time. */
function story(events: Record<number, (world: World) => void>, untilMs: number) {
  const scheduler = new VirtualTimeScheduler(undefined, untilMs);
  const world: World = { files: [], refused: [], directory: '1:1', touch: [], fail: null, isBroken: false };
  const reported: string[] = [];
  const tell = (words: string) => reported.push(`${scheduler.now()} ${words}`);
  const deps: InboxDeps<File> = {
    look: () => {
      if (world.isBroken) throw new Error('EACCES');
      return { requests: world.files.map((file) => ({ file })), refused: world.refused };
    },
    directory: () => world.directory,
    watch: (touched, failed) => {
      tell(`watches ${world.directory}`);
      world.touch.push(touched);
      world.fail = failed;
      return () => tell('ends watching');
    },
    report: (problem) => tell(`! ${problem}`),
    scheduler,
  };
  for (const [at, happen] of Object.entries(events)) scheduler.schedule(() => happen(world), Number(at));
  const subscription = inbox(deps).subscribe(({ file }) => tell(file));
  scheduler.schedule(() => subscription.unsubscribe(), untilMs);
  scheduler.flush();
  return reported;
}

interface World {
  files: string[];
  refused: string[];
  directory: string | null;
  touch: (() => void)[];
  fail: ((because: string) => void) | null;
  isBroken: boolean;
}

const touched = (world: World) => world.touch.at(-1)?.();

describe('the inbox', () => {
  test('emits each file once for as long as it stays, oldest first', () => {
    const reported = story({ 0: (world) => (world.files = ['a', 'b']), 1250: (world) => world.files.push('c') }, 6500);
    expect(reported).toEqual(['0 a', '0 b', '0 watches 1:1', '5000 c', '6500 ends watching']);
  });

  test('is checked at once when something appears, once for many files', () => {
    const appear = (world: World) => {
      world.files.push('a');
      for (let times = 0; times < 50; times++) touched(world);
    };
    expect(story({ 1250: appear }, 1950)).toEqual(['0 watches 1:1', '1255 a', '1950 ends watching']);
  });

  test('is watched anew when its directory was created anew, and not while there is none', () => {
    const reported = story({ 1250: (world) => (world.directory = null), 6250: (world) => (world.directory = '1:2') }, 7500);
    expect(reported).toEqual(['0 watches 1:1', '5000 ends watching', '7000 watches 1:2', '7500 ends watching']);
  });

  test('continues without wake-ups', () => {
    const fail = (world: World) => {
      world.fail?.('ENOSPC');
      world.files.push('a');
    };
    const reported = story({ 1250: fail, 4500: (world) => world.files.push('b') }, 5500);
    const problem = '! the inbox is only checked every 2000 ms: ENOSPC';
    expect(reported).toEqual(['0 watches 1:1', `1250 ${problem}`, '3250 a', '5000 b', '5500 ends watching']);
  });

  test('reports once that it cannot be read, and continues when it can', () => {
    const mend = (world: World) => {
      world.isBroken = false;
      world.files = ['a'];
    };
    const reported = story({ 1250: (world) => (world.isBroken = true), 11500: mend, 16500: (world) => (world.isBroken = true) }, 21_500);
    const problem = "! the inbox can't be read: EACCES";
    expect(reported).toEqual(['0 watches 1:1', `5000 ${problem}`, '15000 a', `20000 ${problem}`, '21500 ends watching']);
  });

  test('reports once what is refused, even if it cannot be put aside', () => {
    const reported = story({ 1250: (world) => (world.refused = ['x is garbage']) }, 11_500);
    expect(reported).toEqual(['0 watches 1:1', '5000 ! x is garbage', '11500 ends watching']);
  });
});

test('real files arrive, also after the directory was removed', async () => {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-inbox-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const where = layout(base);
  const taken$ = new ReplaySubject<TakenRequest>();
  const problems: string[] = [];
  const subscription = inbox<TakenRequest>({
    look: () => takeRequests(where),
    directory: () => inboxDirectory(where),
    watch: (touched, failed) => watchInbox(where, touched, failed),
    report: (problem) => problems.push(problem),
  }).subscribe(taken$);
  onTestFinished(() => subscription.unsubscribe());
  for (let number = 1; number <= 5; number++) {
    putRequest(where, { id: `r-${number}`, kind: 'operator', run: 'one.1', command: { kind: 'unpause' } });
    const { request, file } = await firstValueFrom(taken$.pipe(elementAt(number - 1), timeout(20_000)));
    expect(request.id).toBe(`r-${number}`);
    removeRequest(file);
    if (number === 3) rmSync(where.inbox, { recursive: true });
  }
  expect(problems).toEqual([]);
});

test('a file that appears in the inbox is a wake-up', async () => {
  const base = mkdtempSync(join(tmpdir(), 'dogwatch-inbox-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const where = layout(base);
  takeRequests(where);
  const touches$ = new ReplaySubject<void>();
  onTestFinished(watchInbox(where, () => touches$.next(), expect.unreachable));
  // A file that appears before the watcher is ready causes no wake-up.
  const writing = interval(50).subscribe((number) =>
    putRequest(where, { id: `r-${number}`, kind: 'operator', run: 'one.1', command: { kind: 'unpause' } }),
  );
  onTestFinished(() => writing.unsubscribe());
  await firstValueFrom(touches$.pipe(timeout(20_000)));
});
