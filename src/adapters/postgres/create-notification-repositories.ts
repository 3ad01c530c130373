import type { Notifications } from '../../ports/notifications.ts';
import type { Webhooks } from '../../ports/webhooks.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { Database } from './database.ts';
import { PostgresNotifications } from './postgres-notifications.ts';
import { PostgresWebhooks } from './postgres-webhooks.ts';
import { SecretCipher } from './secret-cipher.ts';

/**
 * What the database keeps about telling people.
 *
 * @param secretKey 32 bytes in hexadecimal, by which secrets are encrypted
 * @param now expiries count by this clock
 */
export function createNotificationRepositories(
  db: Database,
  secretKey: string,
  now = () => new Date(),
): { webhooks: Webhooks; notifications: Notifications } {
  const cipher = new SecretCipher(secretKey);
  const webhooks = new PostgresWebhooks(db, cipher, now);
  return {
    webhooks: withDatabaseErrors(webhooks),
    notifications: withDatabaseErrors(new PostgresNotifications(db, cipher, webhooks, now)),
  };
}
