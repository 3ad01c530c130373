import { expect, test } from 'vitest';
import { HISTORY_PAGE, readQueueHistory } from '../../../src/api/queue/read-history.ts';
import { GRAIN_MS, rollUp } from '../../../src/domain/queue-history.ts';
import type { QueueHistory } from '../../../src/ports/queue-history.ts';

/** A sample at every minute there is. */
const everyMinute: Pick<QueueHistory, 'read'> = {
  read: ({ from, to, limit }) => {
    const minutes = Math.ceil((to.getTime() - from.getTime()) / GRAIN_MS.minute);
    return Promise.resolve(
      Array.from({ length: Math.min(limit, minutes) }, (_, index) => ({
        at: new Date(from.getTime() + index * GRAIN_MS.minute),
        sample: rollUp([]),
      })),
    );
  },
};

test('a long history comes in pages, of which each says where the next begins', async () => {
  const to = '2026-11-25T12:00:00.000Z';
  const found: string[] = [];
  let pages = 0;
  for (let from: string | null = '2026-11-23T12:00:00.000Z'; from !== null; pages += 1) {
    const page = await readQueueHistory(everyMinute, { grain: 'minute', from, to });
    expect(page.samples.length).toBeLessThanOrEqual(HISTORY_PAGE);
    found.push(...page.samples.map(({ at }) => at));
    from = page.nextFrom;
  }
  expect(pages).toBe(2);
  expect(new Set(found).size).toBe(2 * 24 * 60);
});

test('without bounds the last hour is told', async () => {
  const { samples, nextFrom } = await readQueueHistory(everyMinute, { grain: 'minute' });
  expect(samples).toHaveLength(60);
  expect(nextFrom).toBeNull();
});
