import type { Notifications } from '../../ports/notifications.ts';
import type { Webhooks } from '../../ports/webhooks.ts';
import { withDatabaseErrors } from './database-errors.ts';
import type { Database } from './database.ts';
import { PostgresNotifications } from './postgres-notifications.ts';
import { PostgresWebhooks } from './postgres-webhooks.ts';
import { SealedAddresses } from './sealed-addresses.ts';
import { SecretCipher } from './secret-cipher.ts';

/**
 * What the database keeps about telling people.
 *
 * @param secretKey 32 bytes in hexadecimal, by which secrets and addresses of webhooks are encrypted
 * @param now expiries count by this clock
 */
export function createNotificationRepositories(
  db: Database,
  secretKey: string,
  now = () => new Date(),
): { webhooks: Webhooks; notifications: Notifications } {
  const cipher = new SecretCipher(secretKey);
  const sealing = { cipher, addresses: new SealedAddresses(cipher) };
  const webhooks = new PostgresWebhooks(db, sealing, now);
  return {
    webhooks: withDatabaseErrors(webhooks),
    notifications: withDatabaseErrors(new PostgresNotifications(db, sealing, webhooks, now)),
  };
}
