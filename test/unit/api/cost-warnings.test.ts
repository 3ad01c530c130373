import { expect, test } from 'vitest';
import { tellCostWarnings } from '../../../src/api/notifications/tell-cost-warnings.ts';
import type { NotificationClient } from '../../../src/api/notifications/notification-client.ts';
import type { AnnounceEventInput } from '../../../src/contracts/notifications.ts';
import { ClipScribeError } from '../../../src/domain/errors.ts';
import { createTestApi } from '../../support/api.ts';
import { json } from '../../support/batch-api.ts';

test('a ceiling that comes near is told once to the user of its token, however often Temporal was away', async () => {
  const api = createTestApi();
  const { costLedger, accounts } = api.repositories;
  const { id: accountId } = (await json(
    api.send('POST', '/api/admin/tokens', { email: 'ada@example.org', tier: 'researcher' }),
  )) as { id: string };
  await accounts.setCeilings(accountId, { dayUsd: 5, monthUsd: 50 });
  const stages = [{ stage: 'transcribe', model: 'paid', seconds: 60, costUsd: 4.1 }];
  await costLedger.report({ jobId: 'job_1', runId: 'run', report: 1, accountId, stages });

  const told: AnnounceEventInput[] = [];
  let isAway = true;
  const client: NotificationClient = {
    deliver: () => Promise.reject(new Error('Nothing is delivered here.')),
    announce: async (event) => {
      if (isAway) throw new ClipScribeError('ServiceUnavailable', 'Temporal does not answer.');
      told.push(event);
    },
  };
  await expect(tellCostWarnings(costLedger, client)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  isAway = false;
  await tellCostWarnings(costLedger, client);
  await tellCostWarnings(costLedger, client);
  const today = new Date().toISOString().slice(0, 10);
  expect(told).toMatchObject([
    {
      eventId: `cost-warning-${accountId}-${today}`,
      userId: expect.stringMatching(/^user_/) as string,
      event: {
        type: 'cost.warning',
        data: {
          id: accountId,
          title: `$4.10 of $5.00 are spent that the jobs of this token may cost on ${today} (UTC)`,
          costUsd: 4.1,
        },
      },
    },
  ]);
});
