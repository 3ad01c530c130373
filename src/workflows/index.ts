/** The bundle's entry: every workflow type that a worker runs. */
export { announceEvent } from './announce-event.ts';
export { checkAlerts } from './check-alerts.ts';
export { deliverWebhook } from './deliver-webhook.ts';
export { applyRetention } from './apply-retention.ts';
export { reelPropose } from './reel-propose.ts';
export { reelStitch } from './reel-stitch.ts';
export { videoBatch } from './video-batch.ts';
export { videoIntelligence } from './video-intelligence.ts';
