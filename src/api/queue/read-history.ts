import { GRAIN_MS, type Grain, type QueueSample } from '../../domain/queue-history.ts';
import type { QueueHistory } from '../../ports/queue-history.ts';

/** More than a day of minutes, and two months of hours. */
export const HISTORY_PAGE = 1500;
/** What is told where nobody says from when on. */
const LOOK_BACK_MS: Readonly<Record<Grain, number>> = {
  minute: GRAIN_MS.hour,
  hour: 24 * GRAIN_MS.hour,
};

export interface HistoryPage {
  grain: Grain;
  samples: (QueueSample & { at: string })[];
  nextFrom: string | null;
}

/** @throws ClipScribeError DatabaseUnavailable */
export async function readQueueHistory(
  history: Pick<QueueHistory, 'read'>,
  asked: { grain: Grain; from?: string | undefined; to?: string | undefined },
): Promise<HistoryPage> {
  const { grain } = asked;
  const to = asked.to === undefined ? new Date() : new Date(asked.to);
  const from = asked.from === undefined ? new Date(to.getTime() - LOOK_BACK_MS[grain]) : new Date(asked.from);
  const found = await history.read({ grain, from, to, limit: HISTORY_PAGE + 1 });
  return {
    grain,
    samples: found.slice(0, HISTORY_PAGE).map(({ at, sample }) => ({ at: at.toISOString(), ...sample })),
    nextFrom: found[HISTORY_PAGE]?.at.toISOString() ?? null,
  };
}
