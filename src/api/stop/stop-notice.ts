import type { StopNotice } from '../../domain/emergency-stop.ts';
import type { StopEvent } from '../../ports/stop-switch.ts';

/** What people are told of the newest event; null while work goes on. */
export const noticeOf = (event: StopEvent | undefined): StopNotice | null =>
  event?.action === 'stop' ? { by: event.by, at: event.at.toISOString(), reason: event.reason } : null;
