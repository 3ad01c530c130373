import { createRoute, z } from '@hono/zod-openapi';
import type { SearchHit } from '../../ports/search-index.ts';
import { callerOf } from '../caller.ts';
import { defineRoute } from '../define-route.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { cursorSchema, pageCursors } from '../jobs/page-cursor.ts';
import { problemResponses } from '../problems.ts';

const hitSchema = z
  .object({
    jobId: z.string().meta({ example: 'job_01jd3m0p4ye6v8xz2q5r7t9abc' }),
    title: z.string().nullable(),
    source: z.string().meta({ description: 'The address without its secrets, or the name of the file.' }),
    start: z.number().meta({ description: 'Seconds of the video.' }),
    end: z.number(),
    speaker: z.string().nullable(),
    snippet: z.object({
      text: z.string().meta({ description: 'Plain text, to be escaped before it is shown as HTML.' }),
      matches: z
        .array(z.object({ from: z.number().int(), to: z.number().int() }))
        .meta({ description: 'Where words match, in UTF-16 code units of the text.' }),
    }),
    rank: z.number().meta({ description: 'Higher is better; comparable within one search.' }),
  })
  .meta({ id: 'SearchHit' });
export type Hit = z.infer<typeof hitSchema>;

const searchRoute = createRoute({
  method: 'get',
  path: '/api/search',
  tags: ['Results'],
  summary: 'Search the transcripts of completed jobs',
  description: [
    'The best hits first. All words must be in one segment, as they are or in another form of the word where the',
    'language is one that PostgreSQL knows; `"quotes"` ask for a phrase, `or` for either, `-` for a word that must not',
    'be there.',
  ].join('\n'),
  request: {
    query: z.object({
      // The database knows no text with NUL in it.
      q: z
        .string()
        .min(1)
        .max(500)
        .regex(/^[^\0]*$/)
        .meta({ example: 'budget "interest rates" -election' }),
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: cursorSchema,
    }),
  },
  responses: {
    200: {
      description: 'A page of hits',
      content: {
        'application/json': {
          schema: z
            .object({ hits: z.array(hitSchema), nextCursor: z.string().nullable() })
            .meta({ id: 'SearchPage' }),
        },
      },
    },
    ...problemResponses(422),
  },
});

const positionSchema = z.object({
  rank: z.number(),
  createdAt: z.coerce.date(),
  jobId: z.string(),
  position: z.number().int(),
});

/** Full-text search over the caller's own transcripts. */
export const searchRoutes = ({ searchIndex }: ApiDependencies) =>
  [
    defineRoute(searchRoute, async (context) => {
      const { q, limit, cursor } = context.req.valid('query');
      const { userId } = callerOf(context);
      const cursors = pageCursors(['hits', q], positionSchema);
      const page = { limit: limit + 1, after: cursors.position(cursor) };
      const found = await searchIndex.search({ userId, words: q }, page);
      const nextCursor = cursors.after(found.length > limit ? found[limit - 1] : undefined);
      return context.json({ hits: found.slice(0, limit).map(hitOf), nextCursor }, 200);
    }),
  ] as const;

const hitOf = ({ jobId, title, source, start, end, speaker, text, matches, rank }: SearchHit): Hit => ({
  ...{ jobId, title, source, start, end, speaker, rank },
  snippet: { text, matches },
});
