import type { z } from 'zod';
import type { batchItemSchema } from '../../api/batches/batch-schemas.ts';
import type { BatchItemState } from '../../domain/batch.ts';
import { answerOf, type Api } from '../api/api-client.ts';

const LARGEST_PAGE = 500;

export type ItemView = z.infer<typeof batchItemSchema>;

/** All videos of a batch, or those in one state. */
export async function readItems(api: Api, id: string, status?: BatchItemState): Promise<ItemView[]> {
  const items: ItemView[] = [];
  for (let after: number | null = 0; after !== null;) {
    const query = {
      ...{ limit: String(LARGEST_PAGE), after: String(after) },
      ...(status === undefined ? {} : { status }),
    };
    const page: { items: ItemView[]; nextAfter: number | null } = await answerOf(
      api,
      api.client.api.batches[':id'].items.$get({ param: { id }, query }),
    );
    items.push(...page.items);
    after = page.nextAfter;
  }
  return items;
}
