import type { z } from 'zod';
import type { batchItemSchema } from '../../api/batches/batch-schemas.ts';
import type { BatchItemState } from '../../domain/batch.ts';
import { answerOf, type Api } from '../api/api-client.ts';
import { readPages } from '../read-pages.ts';

/** Batches are long, and requests are counted. */
const LARGEST_PAGE = 500;

export type ItemView = z.infer<typeof batchItemSchema>;

/** All videos of a batch, or those in one state. */
export const readItems = (api: Api, id: string, status?: BatchItemState): Promise<ItemView[]> =>
  readPages(
    Infinity,
    async (page) => {
      const query = { ...page, ...(status === undefined ? {} : { status }) };
      const answer = api.client.api.batches[':id'].items.$get({ param: { id }, query });
      const { items: rows, nextCursor } = await answerOf(api, answer);
      return { rows, nextCursor };
    },
    LARGEST_PAGE,
  );
