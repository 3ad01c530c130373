import { startOfNextMonth } from './period.ts';

/** From here on a ceiling is near, in percent. */
export const WARNING_PERCENT = 80;

/** What was spent under one ceiling. Money is in US dollars. */
export interface Spending {
  /** Whose jobs count. */
  scope: 'token' | 'installation';
  period: 'day' | 'month';
  usedUsd: number;
  limitUsd: number;
}

/** A share of what is left may be spent before the next look, so that few looks suffice and little goes over. */
const UNSEEN_SHARE = 0.05;

/** What is left under the lowest ceiling; null where there is none. */
export const headroomUsd = (spendings: readonly Spending[]): number | null =>
  spendings.length === 0
    ? null
    : Math.max(0, Math.min(...spendings.map(({ limitUsd, usedUsd }) => limitUsd - usedUsd)));

/** Whether as much was spent unseen as makes a look at the ceilings due. */
export const isLookDue = (unseenUsd: number, leftUsd: number | null): boolean =>
  leftUsd !== null && unseenUsd >= leftUsd * UNSEEN_SHARE;

/** The steps of warning that a spending has come to, 80 and 100, in percent. */
export const percentsReached = ({ usedUsd, limitUsd }: Spending): number[] =>
  [WARNING_PERCENT, 100].filter((percent) => usedUsd * 100 >= limitUsd * percent);

/** Near, and not reached yet. */
export const isNear = (spending: Spending): boolean =>
  percentsReached(spending).length > 0 && !isReached(spending);

export const isReached = ({ usedUsd, limitUsd }: Spending): boolean => usedUsd >= limitUsd;

/** One sentence about a ceiling for people. */
export function spendingText({ scope, period, usedUsd, limitUsd }: Spending, now: Date): string {
  const whose = scope === 'token' ? 'The jobs of this token' : 'All jobs of this installation together';
  const anew = period === 'day' ? startOfNextDay(now) : startOfNextMonth(now);
  return `${whose} may cost $${limitUsd.toFixed(2)} a ${period}; $${usedUsd.toFixed(2)} are spent. The count begins anew on ${anew.toISOString().slice(0, 10)} (UTC).`;
}

const startOfNextDay = (date: Date): Date =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
