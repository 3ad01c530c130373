import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptedService, scriptedSegment, scriptedTranscript } from '../../support/scripted-service.ts';
import { until } from '../../support/until.ts';

/** From a finished job to what is found, with a real Temporal server and scripted steps. */
let service: ScriptedService;
beforeAll(async () => {
  service = await ScriptedService.start();
});
afterAll(async () => {
  await service.close();
  expect(service.defects).toEqual([]);
});

const call = async <T>(method: string, path: string, body?: object, token?: string): Promise<T> => {
  const answer = await fetch(new URL(path, service.api.address), {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as T;
};

interface Page {
  hits: { jobId: string; title: string; start: number; speaker: string; snippet: { text: string } }[];
  nextCursor: string | null;
}
const search = (query: string, token?: string): Promise<Page> =>
  call<Page>('GET', `/api/search?${query}`, undefined, token);

const saying = (text: string) => ({
  overrides: {
    publishResults: service.publishing(
      scriptedTranscript({ segments: [scriptedSegment('s1', 'S1', 42, text)] }),
    ),
  },
});

describe('search', () => {
  test('finds a job when it is completed, and what a redo makes of it in place of what it was', async () => {
    const job = await service.withWorkers(saying('The herons return to the estuary.'), async () => {
      const { id } = await call<{ id: string }>('POST', '/api/jobs', { url: 'https://example.org/herons' });
      const { hits } = await until(async () => {
        const page = await search('q=heron');
        return page.hits.length > 0 && page;
      });
      expect(hits).toMatchObject([
        {
          ...{ jobId: id, title: 'A scripted talk', start: 42, speaker: 'Ada' },
          snippet: { text: 'The herons return to the estuary.', matches: [{ from: 4, to: 10 }] },
        },
      ]);
      return id;
    });
    await service.withWorkers(saying('The egrets return to the estuary.'), async () => {
      await call('POST', `/api/jobs/${job}/redo`, { from: 'publish' });
      await until(async () => (await search('q=egret')).hits.length > 0);
    });
    expect((await search('q=heron')).hits).toEqual([]);
  });

  test('goes on by its cursor, and refuses any other', async () => {
    const segments = [1, 2, 3].map((index) =>
      scriptedSegment(`s${index}`, 'S2', index * 10, 'A kingfisher dives.'),
    );
    const publishResults = service.publishing(scriptedTranscript({ segments }));
    await service.withWorkers({ overrides: { publishResults } }, async () => {
      await call('POST', '/api/jobs', { url: 'https://example.org/kingfishers' });
      await until(async () => (await search('q=kingfisher')).hits.length === 3);
    });
    const first = await search('q=kingfisher&limit=2');
    const second = await search(`q=kingfisher&limit=2&cursor=${first.nextCursor ?? ''}`);
    expect([...first.hits, ...second.hits].map(({ start }) => start)).toEqual([10, 20, 30]);
    expect(second.nextCursor).toBeNull();
    expect(await search('q=kingfisher&cursor=bm9uc2Vuc2U')).toMatchObject({ code: 'InvalidInput' });
    for (const query of ['', 'q=', 'q=%00', `q=${'a'.repeat(501)}`, 'q=a&limit=0', 'q=a&limit=101'])
      expect(await search(query), query).toMatchObject({ code: 'InvalidInput' });
  });

  test('finds nothing that is somebody else’s', async () => {
    const { token } = await call<{ token: string }>('POST', '/api/admin/tokens', {
      ...{ email: 'ada@example.org', tier: 'beta' },
    });
    expect((await search('q=egret+or+kingfisher', token)).hits).toEqual([]);
    expect(await search('q=egret')).toMatchObject({ code: 'Unauthorized' });
  });
});
