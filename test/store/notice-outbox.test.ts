import { describe, expect, test } from 'vitest';
import { ack, type NoticeChanges, openNotice } from '../../src/core/notices/notice.ts';
import { NoticeOutbox } from '../../src/store/notice-outbox.ts';
import { openReader } from '../../src/store/reader.ts';
import { openStore } from '../../src/store/store.ts';
import { news, START } from '../kit/core/notice-samples.ts';
import { leased, opened, stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed, resuming } from '../kit/samples-of-decisions.ts';

const [one, two] = [openNotice(news({ cause: 'one' }), START), openNotice(news({ cause: 'two' }), START)];

describe('notices in the store', () => {
  test('survive a restart, oldest first, changed and dropped ones as they were left', async () => {
    const where = stateDirectory();
    const first = openStore(where, await leased(where), () => false);
    first.record([], { kept: [one, two], dropped: [] });
    first.record([], { kept: [ack(one, START)], dropped: [] });
    first.close();
    const again = await opened(where);
    expect(again.notices()).toEqual([ack(one, START), two]);
    again.record([], { kept: [], dropped: [one.id] });
    const reader = openReader(where);
    expect(reader.notices()).toEqual([two]);
    reader.close();
  });

  test('are recorded together with the decision that caused them, or not at all', async () => {
    const where = stateDirectory();
    const store = await opened(where);
    const decision = resuming(newRunNamed('upgrade'), 7);
    store.record([decision], { kept: [one], dropped: [] });
    expect([store.lastSeq(), store.notices()]).toEqual([7, [one]]);
    expect(() => store.record([decision], { kept: [two], dropped: [] })).toThrow(/UNIQUE/);
    expect(store.notices()).toEqual([one]);
  });

  test('are written by the holder of the lease only', async () => {
    const where = stateDirectory();
    const former = openStore(where, await leased(where), () => false);
    const present = openStore(where, await leased(where, { bootId: 'boot-1', pid: 202, startTicks: 2002 }), () => false);
    expect(() => former.record([], { kept: [one], dropped: [] })).toThrow(expect.objectContaining({ kind: 'lease-lost' }));
    expect(present.notices()).toEqual([]);
    former.close();
    present.close();
  });
});

describe('the outbox', () => {
  test('knows what it was opened with and what has changed, and stores it', () => {
    const written: NoticeChanges[] = [];
    const outbox = new NoticeOutbox([one], (changes) => written.push(changes));
    outbox.change({ kept: [two], dropped: [] });
    outbox.change({ kept: [], dropped: [] });
    outbox.change({ kept: [ack(two, START)], dropped: [one.id] });
    expect(outbox.notices).toEqual([ack(two, START)]);
    expect([outbox.notice(one.id), outbox.notice(two.id)]).toEqual([null, ack(two, START)]);
    expect(written).toEqual([
      { kept: [two], dropped: [] },
      { kept: [ack(two, START)], dropped: [one.id] },
    ]);
  });

  test('applies what was stored with its origin', () => {
    const outbox = new NoticeOutbox([one], () => expect.unreachable());
    outbox.apply({ kept: [two], dropped: [one.id] });
    expect(outbox.notices).toEqual([two]);
  });
});
