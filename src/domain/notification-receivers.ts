import { isAlertEvent, type EventType, type NotificationEvent } from './notification-event.ts';

/** An address of a user's own that webhooks go to. */
export interface SubscribedEndpoint {
  id: string;
  url: string;
  events: readonly EventType[];
  isDisabled: boolean;
}

/** Whom whoever submitted a job, batch or reel asked to tell. */
export interface RequestedReceiver {
  kind: 'webhook' | 'mail';
  address: string;
}

export interface KnownReceivers {
  endpoints: readonly SubscribedEndpoint[];
  requested: readonly RequestedReceiver[];
  /** Of the user; null where there is none. */
  userMail: string | null;
  /** The batch that the job is a video of; null where it is none. */
  batch: { endedAt: Date | null } | null;
}

/** One receiver of one event. */
export interface Receiver {
  kind: 'webhook' | 'mail';
  address: string;
  /** Whose secret signs; null for mails, and where the user's signer for single addresses does. */
  endpointId: string | null;
}

/** Trouble that the user and the administrator hear of unasked (B7). */
const TROUBLE: ReadonlySet<EventType> = new Set(['job.failed', 'job.needs_attention', 'cost.warning']);

/** Trouble with videos of a batch is told once, at its end, however many they are. */
function isTrouble(event: NotificationEvent, { batch }: KnownReceivers): boolean {
  if (isAlertEvent(event)) return true;
  const { type, timestamp, data } = event;
  if (type === 'batch.complete') return data.error !== null || (data.failures ?? []).length > 0;
  const isToldByBatch = batch !== null && (batch.endedAt === null || new Date(timestamp) <= batch.endedAt);
  return TROUBLE.has(type) && !isToldByBatch;
}

/**
 * Who is told of an event: the user's endpoints that take it, whoever was named when it was submitted, and of
 * trouble the user and the administrators by mail. Nobody is told twice.
 */
export function receiversOf(
  event: NotificationEvent,
  known: KnownReceivers,
  adminMails: readonly string[],
): Receiver[] {
  const { type } = event;
  const { endpoints, requested, userMail } = known;
  const webhooks: Receiver[] = endpoints
    .filter(({ events, isDisabled }) => !isDisabled && events.includes(type))
    .map(({ id, url }) => ({ kind: 'webhook', address: url, endpointId: id }));
  const mails: string[] = [];
  for (const { kind, address } of requested) {
    const own = endpoints.find(({ url }) => url === address);
    if (kind === 'mail' && type !== 'job.started') mails.push(address);
    if (kind === 'webhook' && own?.isDisabled !== true)
      webhooks.push({ kind, address, endpointId: own?.id ?? null });
  }
  if (isTrouble(event, known)) mails.push(...(userMail === null ? [] : [userMail]), ...adminMails);
  return [
    ...webhooks,
    ...mails.map((address): Receiver => ({
      kind: 'mail',
      address: address.toLowerCase(),
      endpointId: null,
    })),
  ].filter(isFirstOfItsAddress);
}

const isFirstOfItsAddress = ({ address }: Receiver, index: number, all: readonly Receiver[]): boolean =>
  all.findIndex((other) => other.address === address) === index;
