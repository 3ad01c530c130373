import { expect, test } from 'vitest';
import { z } from 'zod';
import { pageCursors } from '../../../src/api/jobs/page-cursor.ts';
import type { NotificationEvent } from '../../../src/domain/notification-event.ts';
import { acceptJob } from '../../support/accept-job.ts';
import { createTestApi, submitted, type TestApi } from '../../support/api.ts';

const LISTS = [
  '/api/jobs?limit=1',
  '/api/jobs?limit=1&status=queued',
  '/api/jobs?limit=1&status=completed',
  '/api/jobs?limit=1&status=failed',
  '/api/batches?limit=1',
  '/api/projects/spring/jobs?limit=1',
  '/api/projects/autumn/jobs?limit=1',
  '/api/search?q=heron&limit=1',
  '/api/search?q=estuary&limit=1',
  '/api/admin/tokens?limit=1',
  '/api/webhooks?limit=1',
  '/api/admin/alerts?limit=1',
];

test('a cursor gives back its position, and a changed one is refused', () => {
  const cursors = pageCursors(['things'], z.object({ page: z.number() }));
  expect(cursors.after(undefined)).toBeNull();
  expect(cursors.position(undefined)).toBeUndefined();
  const cursor = cursors.after({ page: 2 }) ?? '';
  expect(cursors.position(cursor)).toEqual({ page: 2 });
  const ofAnotherShape = pageCursors(['things'], z.string()).after('elsewhere') ?? '';
  for (const wrong of [cursor.slice(0, -2), `A${cursor}`, 'x', '', ofAnotherShape])
    expect(() => cursors.position(wrong), wrong).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
});

test('every list takes its own cursors, and refuses those of other lists and all else', async () => {
  const api = createTestApi();
  const lists = [...LISTS, ...(await addTwoOfEach(api))];
  const cursors: string[] = [];
  for (const list of lists) cursors.push(await nextCursorOf(api, list));
  for (const [index, list] of lists.entries()) {
    const own = cursors[index] ?? '';
    expect((await api.send('GET', `${list}&cursor=${own}`)).status, list).toBe(200);
    const others = cursors.filter((cursor) => cursor !== own);
    expect(others).toHaveLength(lists.length - 1);
    for (const wrong of [...others, 'bm9uc2Vuc2U', 'x', '', own.slice(0, 8), `${own}AAAA`]) {
      const answer = await api.send('GET', `${list}&cursor=${wrong}`);
      expect(await answer.json(), `${list} ${wrong}`).toMatchObject({ status: 422, code: 'InvalidInput' });
    }
  }
  expect(api.defects).toEqual([]);
});

async function nextCursorOf(api: TestApi, list: string): Promise<string> {
  const page = (await (await api.send('GET', list)).json()) as { nextCursor: string | null };
  if (page.nextCursor === null) throw new Error(`${list} has one page only.`);
  return page.nextCursor;
}

/** @returns the lists within batches and webhooks, which have their ids in their address */
async function addTwoOfEach(api: TestApi): Promise<string[]> {
  const within: string[] = [];
  for (const name of ['one', 'two']) {
    const jobId = await submitted(api, { url: `https://example.org/${name}` });
    for (const state of ['completed', 'failed'] as const) await addEnded(api, jobId, state);
    for (const projectId of ['spring', 'autumn'])
      await submitted(api, { url: `https://example.org/${projectId}-${name}`, projectId });
    within.push(
      ...(await addBatch(api, `https://example.org/batch-${name}`)),
      await addWebhook(api, `https://example.org/hook-${name}`),
    );
    await api.send('POST', '/api/admin/tokens', { email: `${name}@example.org`, tier: 'beta' });
    await addIncident(api, name);
  }
  return within;
}

async function addEnded(api: TestApi, like: string, state: 'completed' | 'failed'): Promise<void> {
  const { catalogue, searchIndex } = api.repositories;
  const job = acceptJob({ userId: 'local', start: api.jobs.startOf(like) });
  await catalogue.accept([job]);
  const { id, operationId } = job;
  await catalogue.settle({ id, operationId, state, title: null, durationSeconds: null, error: null });
  const segment = { start: 1, end: 2, speaker: null, text: 'A heron in the estuary.', language: 'en' };
  await searchIndex.replace({ jobId: id, userId: 'local', segments: [segment] });
}

/** With two videos. @returns the addresses of their lists */
async function addBatch(api: TestApi, url: string): Promise<string[]> {
  const made = await api.send('POST', '/api/batches', { urls: [`${url}/1`, `${url}/2`] });
  const { id } = (await made.json()) as { id: string };
  return [`/api/batches/${id}/items?limit=1`, `/api/batches/${id}/items?limit=1&status=waiting`];
}

async function addIncident(api: TestApi, subject: string): Promise<void> {
  const at = new Date('2026-11-24T12:00:00Z');
  const incident = {
    ...{ id: `incident_${subject}`, alert: 'ClipScribeQueueDeep', subject, value: 30 },
    ...{ heldSince: at, openedAt: at, calmSince: null, endedAt: null, seenAt: at },
  } as const;
  await api.repositories.incidents.keep({ changed: [incident], passed: [] });
}

/** With two deliveries. @returns the address of their list */
async function addWebhook(api: TestApi, url: string): Promise<string> {
  const { id: endpointId } = (await (await api.send('POST', '/api/webhooks', { url })).json()) as {
    id: string;
  };
  const event: NotificationEvent = {
    type: 'job.complete',
    timestamp: '2026-11-24T12:00:00Z',
    data: {
      ...{ id: 'job_1', title: 'A talk', resultsUrl: null, durationSeconds: 60, costUsd: 0, videoCount: 1 },
      error: null,
    },
  };
  const receivers = [{ kind: 'webhook', address: url, endpointId }] as const;
  for (const eventId of [`${url}-1`, `${url}-2`])
    await api.notifications.plan({ eventId, userId: 'local', event }, receivers);
  return `/api/webhooks/${endpointId}/deliveries?limit=1`;
}
