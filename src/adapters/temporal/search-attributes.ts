import type { Connection } from '@temporalio/client';
import { ClipScribeError } from '../../domain/errors.ts';

/** A search attribute as `defineSearchAttributeKey` of the SDK makes it. */
export interface SearchAttribute {
  readonly name: string;
  readonly type: 'TEXT' | 'KEYWORD' | 'INT' | 'DOUBLE' | 'BOOL' | 'DATETIME' | 'KEYWORD_LIST';
}

/** temporal.api.enums.v1.IndexedValueType. */
const INDEXED_VALUE_TYPES = {
  TEXT: 1,
  KEYWORD: 2,
  INT: 3,
  DOUBLE: 4,
  BOOL: 5,
  DATETIME: 6,
  KEYWORD_LIST: 7,
} as const satisfies Record<SearchAttribute['type'], number>;

/**
 * Registers the search attributes that a namespace lacks. Idempotent; two processes may do it at once. A
 * server takes some seconds before it accepts new ones.
 *
 * @throws ClipScribeError ServiceUnavailable where the server does not let us (Temporal Cloud), naming them
 */
export async function ensureSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: readonly SearchAttribute[],
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = attributes.filter(({ name }) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]]),
      ),
    });
  } catch (cause) {
    const names = missing.map(({ name, type }) => `${name} (${type})`).join(', ');
    throw new ClipScribeError(
      'ServiceUnavailable',
      `The Temporal namespace "${namespace}" lacks these search attributes, and they could not be added: ${names}.`,
      { cause },
    );
  }
}
