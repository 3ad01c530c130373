import type { NotificationDependencies } from '../activities/notification-activities.ts';
import { PUBLIC_ADDRESSES_ONLY, PUBLIC_AND_PRIVATE_ADDRESSES } from '../adapters/egress/address-policy.ts';
import { createEgress } from '../adapters/egress/create-egress.ts';
import { createMailer } from '../adapters/mail/create-mailer.ts';
import { createNotificationRepositories } from '../adapters/postgres/create-notification-repositories.ts';
import type { OpenDatabase } from '../adapters/postgres/open-database.ts';
import { createWebhookSender } from '../adapters/webhooks/create-webhook-sender.ts';
import type { Settings } from '../config/settings.ts';
import type { Notifications } from '../ports/notifications.ts';
import type { Webhooks } from '../ports/webhooks.ts';

/** What tells people of events, for the routes and for the steps. */
export interface ComposedNotifications {
  webhooks: Webhooks;
  notifications: Notifications;
  /** Refuses addresses that webhooks cannot reach. */
  checkUrl: (url: string) => Promise<void>;
  steps: Omit<NotificationDependencies, 'publicUrl'>;
  close: () => Promise<void>;
}

/**
 * Builds it from the settings.
 *
 * @param secretKey encrypts secrets in the database
 */
export async function composeNotifications(
  { allowPrivateAddresses, mail, adminEmails }: Settings,
  { db }: OpenDatabase,
  secretKey: string,
): Promise<ComposedNotifications> {
  const repositories = createNotificationRepositories(db, secretKey);
  const egress = await createEgress({
    policy: allowPrivateAddresses ? PUBLIC_AND_PRIVATE_ADDRESSES : PUBLIC_ADDRESSES_ONLY,
  });
  const mailer = mail === undefined ? null : createMailer(mail);
  return {
    ...repositories,
    checkUrl: async (url) => {
      await egress.checkUrl(url);
    },
    steps: {
      notifications: repositories.notifications,
      webhookSender: createWebhookSender(egress),
      mailer,
      adminMails: adminEmails,
    },
    close: async () => {
      mailer?.close();
      await egress.close();
    },
  };
}
