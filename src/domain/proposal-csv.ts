import { toCsv } from './csv.ts';
import type { Proposal } from './proposal.ts';

/** A proposal as a table: `start,end,title,score,reason,text`, times in seconds. */
export const proposalCsv = ({ moments }: Proposal): string =>
  toCsv([
    ['start', 'end', 'title', 'score', 'reason', 'text'],
    ...moments.map(({ start, end, title, score, reason, text }) => [start, end, title, score, reason, text]),
  ]);
