import { ClipScribeError } from '../../domain/errors.ts';
import type { RequestedReceiver } from '../../domain/notification-receivers.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * Whom a request wants told, after a check that they can be. Only what can never work is refused: a name server that
 * is away now is none of the job's business.
 *
 * @throws ClipScribeError InvalidUrl, AddressBlocked, InvalidInput where no mail can be sent
 */
export async function requestedReceivers(
  { checkWebhookUrl, sendsMail }: Pick<ApiDependencies, 'checkWebhookUrl' | 'sendsMail'>,
  { webhookUrl, notifyEmail }: { webhookUrl?: string | undefined; notifyEmail?: string | undefined },
): Promise<RequestedReceiver[]> {
  if (notifyEmail !== undefined && !sendsMail) {
    throw new ClipScribeError(
      'InvalidInput',
      'This installation sends no mail: give a webhook address, or have its administrator set CLIPSCRIBE_SMTP_URL.',
    );
  }
  if (webhookUrl !== undefined) {
    await checkWebhookUrl(webhookUrl).catch((error: unknown) => {
      const passes =
        ClipScribeError.is(error) && (error.code === 'NetworkFailure' || error.code === 'HostUnreachable');
      if (!passes) throw error;
    });
  }
  return [
    ...(webhookUrl === undefined ? [] : [{ kind: 'webhook', address: webhookUrl } as const]),
    ...(notifyEmail === undefined ? [] : [{ kind: 'mail', address: notifyEmail } as const]),
  ];
}
