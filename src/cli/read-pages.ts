const LARGEST_PAGE = 100;

export interface PageQuery {
  limit: string;
  cursor?: string;
}

/**
 * Reads a list page by page, so many rows of it at most.
 *
 * @param largestPage the most that its route gives at once
 */
export async function readPages<Row>(
  limit: number,
  readPage: (query: PageQuery) => Promise<{ rows: readonly Row[]; nextCursor: string | null }>,
  largestPage = LARGEST_PAGE,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page = await readPage({
      limit: String(Math.min(largestPage, limit - rows.length)),
      ...(cursor === null ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < limit);
  return rows;
}
