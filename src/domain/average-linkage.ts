import { dot } from './voices.ts';

/** Vectors that belong together: their sum, and how many they are. */
export interface VectorGroup {
  sum: Float32Array;
  count: number;
}

/** One step of joining: the groups `one` and `other` (indexes of the input stand for what was joined with them). */
export interface Join {
  one: number;
  other: number;
  /** Average similarity between the members of the two. */
  similarity: number;
}

/**
 * Agglomerative clustering with average linkage over cosine similarity, by chains of nearest neighbours
 * (Murtagh, "Multidimensional clustering algorithms", 1985): n² time and memory.
 *
 * The average similarity of two groups of unit vectors is the product of their sums over the product of their
 * counts, so groups that were joined before go in as one item without loss.
 *
 * @returns the n − 1 joins, the most alike first
 */
export function averageLinkage(groups: readonly VectorGroup[]): Join[] {
  const count = groups.length;
  const counts = groups.map((group) => group.count);
  const similarity = similarities(groups);
  const at = (one: number, other: number): number => similarity[one * count + other] ?? 0;
  const alive = new Set(groups.keys());
  const joins: Join[] = [];
  const chain: number[] = [];
  while (alive.size > 1) {
    const [first] = alive;
    if (chain.length === 0 && first !== undefined) chain.push(first);
    const tip = chain.at(-1) ?? 0;
    const before = chain.at(-2);
    // The one before wins a tie, or a chain would run in circles.
    let nearest = before ?? -1;
    for (const other of alive) {
      if (other !== tip && (nearest === -1 || at(tip, other) > at(tip, nearest))) nearest = other;
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.splice(-2);
    joins.push({ one: Math.min(tip, nearest), other: Math.max(tip, nearest), similarity: at(tip, nearest) });
    joinInto(nearest, tip);
  }
  return joins.sort((one, other) => other.similarity - one.similarity);

  /** Lance and Williams's update for averages. */
  function joinInto(kept: number, gone: number): void {
    const [keptCount = 1, goneCount = 1] = [counts[kept], counts[gone]];
    alive.delete(gone);
    for (const other of alive) {
      if (other === kept) continue;
      const average = (keptCount * at(kept, other) + goneCount * at(gone, other)) / (keptCount + goneCount);
      similarity[kept * count + other] = average;
      similarity[other * count + kept] = average;
    }
    counts[kept] = keptCount + goneCount;
  }
}

function similarities(groups: readonly VectorGroup[]): Float32Array {
  const count = groups.length;
  const result = new Float32Array(count * count);
  groups.forEach((one, row) => {
    for (let column = row + 1; column < count; column += 1) {
      const other = groups[column];
      if (other === undefined) continue;
      const value = dot(one.sum, other.sum) / (one.count * other.count);
      result[row * count + column] = value;
      result[column * count + row] = value;
    }
  });
  return result;
}

/** The cluster of each item after the first `steps` joins, numbered from 0 in order of their first items. */
export function clustersAfter(joins: readonly Join[], itemCount: number, steps: number): number[] {
  const parents = Array.from({ length: itemCount }, (_, index) => index);
  const root = (item: number): number => {
    let current = item;
    while (parents[current] !== current) {
      parents[current] = parents[parents[current] ?? 0] ?? 0;
      current = parents[current] ?? 0;
    }
    return current;
  };
  for (const { one, other } of joins.slice(0, steps)) parents[root(other)] = root(one);
  const numbers = new Map<number, number>();
  return parents.map((_, item) => {
    const top = root(item);
    const number = numbers.get(top) ?? numbers.size;
    numbers.set(top, number);
    return number;
  });
}
