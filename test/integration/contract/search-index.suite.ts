import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../../src/adapters/postgres/create-repositories.ts';
import type { DatabasePlace } from '../../../src/adapters/postgres/open-database.ts';
import type { HitPosition, IndexedSegment, SearchHit } from '../../../src/ports/search-index.ts';
import { emptyDatabase } from '../../support/empty-database.ts';

/** What every engine must find in transcripts. */
export function searchIndexSuite(name: string, place: () => Promise<DatabasePlace>): void {
  describe(name, () => {
    const database = emptyDatabase(place);
    let repositories: Repositories;

    beforeEach(() => {
      repositories = createRepositories(database.db);
    });

    const accept = async (id: string, userId = 'user_a'): Promise<void> => {
      await repositories.catalogue.accept([
        {
          ...{ id, userId, accountId: userId, tier: null, batchId: null, projectId: null, priority: 5 },
          ...{ source: `https://example.org/${id}`, sourceHash: id, start: {}, operationId: `of ${id}` },
        },
      ]);
    };
    const complete = (id: string, state: 'completed' | 'failed' = 'completed') =>
      repositories.catalogue.settle({
        ...{ id, operationId: `of ${id}`, state, title: `The title of ${id}`, durationSeconds: 60 },
        error: null,
      });
    const segments = (texts: readonly string[], language = 'en'): IndexedSegment[] =>
      texts.map((text, index) => ({
        start: index * 10,
        end: index * 10 + 8,
        speaker: 'Ada',
        text,
        language,
      }));
    /** A completed job with these sentences. */
    const talk = async (
      id: string,
      texts: readonly string[],
      { userId = 'user_a', language = 'en' } = {},
    ): Promise<void> => {
      await accept(id, userId);
      await complete(id);
      await repositories.searchIndex.replace({ jobId: id, userId, segments: segments(texts, language) });
    };
    const search = (
      words: string,
      page: { limit?: number; after?: HitPosition } = {},
      userId = 'user_a',
    ): Promise<SearchHit[]> =>
      repositories.searchIndex.search({ userId, words }, { limit: page.limit ?? 100, after: page.after });
    const found = async (words: string): Promise<string[]> => (await search(words)).map(({ text }) => text);

    test('finds what was said, where and by whom, in any form of the word', async () => {
      await talk('job_1', ['Good morning.', 'The budgets were running over all limits.']);
      expect(await search('budget run')).toEqual([
        {
          ...{
            jobId: 'job_1',
            position: 1,
            title: 'The title of job_1',
            source: 'https://example.org/job_1',
          },
          ...{ start: 10, end: 18, speaker: 'Ada', text: 'The budgets were running over all limits.' },
          matches: [
            { from: 4, to: 11 },
            { from: 17, to: 24 },
          ],
          rank: expect.any(Number) as number,
          createdAt: expect.any(Date) as Date,
        },
      ]);
    });

    test('reads each language by its own rules, and others as they are written', async () => {
      await talk('job_de', ['Die Häuser am Hafen sind alt.'], { language: 'de' });
      await talk('job_pl', ['Domy w porcie są stare.'], { language: 'pl' });
      expect(await found('Haus')).toEqual(['Die Häuser am Hafen sind alt.']);
      expect(await found('porcie')).toEqual(['Domy w porcie są stare.']);
      expect(await found('port')).toEqual([]);
      // Two languages in one video.
      await repositories.searchIndex.replace({
        ...{ jobId: 'job_pl', userId: 'user_a' },
        segments: [...segments(['Domy w porcie.'], 'pl'), ...segments(['The houses.'], 'en')],
      });
      expect(await found('house')).toEqual(['The houses.']);
    });

    test('understands phrases, alternatives and exclusions, and bears any text', async () => {
      await talk('job_1', ['Interest rates rise.', 'The rates of interest fall.', 'Nobody is here.']);
      expect(await found('"interest rates"')).toEqual(['Interest rates rise.']);
      expect((await found('rise or nobody')).sort()).toEqual(['Interest rates rise.', 'Nobody is here.']);
      expect(await found('interest -fall')).toEqual(['Interest rates rise.']);
      for (const words of ['the', '"', "'; drop table jobs; --", '& | ! ( ) <-> :*', '\\', '%', '💧', ' '])
        expect(await found(words), words).toEqual([]);
    });

    test('gives plain text, whatever was said looks like', async () => {
      const text = 'A <b onclick="x">bold</b> & "quoted" \u0002mark\u0003 \u0000: 1 < 2 of 💧 water 💧 here.';
      await talk('job_1', [text]);
      const [hit] = await search('water');
      // PostgreSQL reads tags as blanks.
      expect(hit?.text.replace(/ +/g, ' ')).toBe('A bold & "quoted" mark : 1 < 2 of 💧 water 💧 here.');
      const { from = 0, to = 0 } = hit?.matches[0] ?? {};
      expect(hit?.text.slice(from, to)).toBe('water');
    });

    test('shortens a long segment around what matches', async () => {
      const filler = Array.from({ length: 200 }, (_, index) => `filler${index}`).join(' ');
      await talk('job_1', [`${filler} needle ${filler}`]);
      const [hit] = await search('needle');
      expect(hit?.text.split(' ').length).toBeLessThanOrEqual(40);
      expect(hit?.text).toContain('needle');
    });

    test('finds nothing of other users, nor of jobs without results', async () => {
      await talk('job_mine', ['The word.']);
      await talk('job_theirs', ['The word.'], { userId: 'user_b' });
      await accept('job_open');
      await repositories.searchIndex.replace({
        ...{ jobId: 'job_open', userId: 'user_a', segments: segments(['The word.']) },
      });
      expect((await search('word')).map(({ jobId }) => jobId)).toEqual(['job_mine']);
      expect((await search('word', {}, 'user_b')).map(({ jobId }) => jobId)).toEqual(['job_theirs']);
      expect(await search('word', {}, 'user_c')).toEqual([]);
    });

    test('puts the best first, and pages without losing or repeating a hit', async () => {
      await talk('job_1', ['Water here.', 'Water and water and more water.', 'No such thing.']);
      await talk(
        'job_2',
        Array.from({ length: 7 }, () => 'Some water.'),
      );
      const all = await search('water');
      expect(all).toHaveLength(9);
      expect(all[0]?.text).toBe('Water and water and more water.');
      expect(all.map(({ rank }) => rank)).toEqual(all.map(({ rank }) => rank).toSorted((a, b) => b - a));
      const paged: SearchHit[] = [];
      for (;;) {
        const after = paged.at(-1);
        const page = await search('water', { limit: 2, ...(after === undefined ? {} : { after }) });
        paged.push(...page);
        if (page.length < 2) break;
      }
      expect(paged).toEqual(all);
    });

    test('holds one version of a transcript, also when it is replaced many times at once', async () => {
      await talk('job_1', ['An old word.']);
      await Promise.all(
        Array.from({ length: 5 }, () =>
          repositories.searchIndex.replace({
            ...{ jobId: 'job_1', userId: 'user_a', segments: segments(['A new word.', 'And one more.']) },
          }),
        ),
      );
      expect(await found('old')).toEqual([]);
      expect(await found('new')).toEqual(['A new word.']);
    });

    test('takes the transcript of a long day', async () => {
      await talk(
        'job_1',
        Array.from({ length: 8000 }, (_, index) => `Sentence number${index}.`),
      );
      expect(await found('number7999')).toEqual(['Sentence number7999.']);
    });

    test('knows what it lacks, and forgets a job that is gone', async () => {
      await talk('job_1', ['The word.']);
      await accept('job_2');
      await complete('job_2');
      await accept('job_3');
      await complete('job_3', 'failed');
      const missing = (after = '') => repositories.searchIndex.missing({ after, limit: 10 });
      expect(await missing()).toEqual([{ jobId: 'job_2', userId: 'user_a' }]);
      expect(await missing('job_2')).toEqual([]);
      await repositories.searchIndex.replace({ jobId: 'job_2', userId: 'user_a', segments: [] });
      expect(await missing()).toEqual([]);
      await database.db.execute(
        sql`update transcripts set indexed_at = '2000-01-01T00:00:00Z' where job_id = 'job_1'`,
      );
      expect(await missing()).toEqual([{ jobId: 'job_1', userId: 'user_a' }]);
      await database.db.execute(sql`delete from jobs where id = 'job_1'`);
      expect(await found('word')).toEqual([]);
    });

    test('asks the index for the words, not every segment', async () => {
      await talk(
        'job_1',
        Array.from({ length: 1000 }, (_, index) => `Sentence number${index}.`),
      );
      const plan = await database.db.transaction(async (tx) => {
        // A table that small is read faster as a whole; what counts is that the index can be asked.
        await tx.execute(sql`set local enable_seqscan = off`);
        return (await tx.execute(
          sql`explain select 1 from transcript_segments where words @@ websearch_to_tsquery('english', 'number7')`,
        )) as unknown as { rows: Record<string, string>[] };
      });
      expect(JSON.stringify(plan.rows)).toContain('transcript_segments_by_words');
    });
  });
}
