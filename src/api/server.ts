import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import type { Tracing } from '../adapters/opentelemetry/start-tracing.ts';
import { probeFairTurns } from '../adapters/temporal/fair-turns-probe.ts';
import { SettingsError, type Settings } from '../config/settings.ts';
import { FAIR_TURNS_FIX, lackOfTurns } from '../domain/fair-turns.ts';
import { keepAdminToken } from './accounts/admin-token.ts';
import { hashToken } from './accounts/token-secret.ts';
import { createApp } from './app.ts';
import { ensureSchedules } from './compose-schedules.ts';
import { composeService, type Service } from './compose-service.ts';
import type { ApiDependencies } from './dependencies.ts';
import { createDownloadQueue } from './downloads/download-queue.ts';
import { keepKey } from './key-file.ts';
import type { AnsweredRequest } from './log-requests.ts';
import { isLoopbackHost } from './loopback-guard.ts';
import type { ReportUnexpected } from './problems.ts';
import { createRetentionClient } from './retention/retention-client.ts';
import { untilPrepared } from './retention/until-prepared.ts';
import { composeBackgroundWork } from './compose-background-work.ts';

/** How long open answers may take to finish when the server stops. */
const DRAIN_MS = 3000;

/** From the first byte of a request to its last: a large upload over a slow line. Headers have a minute. */
const REQUEST_TIMEOUT_MS = 6 * 3600 * 1000;

export interface ApiServer {
  /** `http://host:port`, with the true port. */
  address: string;
  /** Takes no new requests, lets open ones finish, and closes everything. */
  close(): Promise<void>;
}

/** What an operator is told while the API runs already. */
export interface StartReports {
  /** Told once when schedules cannot be made yet; that is tried until they can. */
  notReady: (error: unknown) => void;
  /** Told what it lacks where it gives no fair turns (S2). */
  unfairTurns: (sentence: string) => void;
  /** Told of every request, when its answer begins. */
  answered: (request: AnsweredRequest) => void;
}

/**
 * Starts the API. It starts without Temporal too: until that is reached, calls answer 503.
 *
 * @throws SettingsError for settings that do not go together, and the listening error of the port
 */
export async function startServer(
  settings: Settings,
  reportUnexpected: ReportUnexpected,
  reports?: StartReports,
  tracing?: Tracing,
): Promise<ApiServer> {
  if (settings.allowLocalFiles && !isLoopbackHost(settings.apiHost)) {
    throw new SettingsError(
      'CLIPSCRIBE_ALLOW_LOCAL_FILES lets clients read files of this machine; it needs a loopback CLIPSCRIBE_API_HOST.',
    );
  }
  const service = await composeService(settings, tracing);
  const app = createApp({
    ...(await apiDependencies(service, settings)),
    reportUnexpected,
    logRequest: reports?.answered ?? (() => undefined),
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: REQUEST_TIMEOUT_MS },
  }) as Server;
  try {
    await listen(server, settings.apiPort, settings.apiHost);
  } catch (error) {
    await service.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const address = `http://${settings.apiHost}:${port}`;
  const endBackgroundWork = composeBackgroundWork(service, {
    ...{ settings, tracing, report: reportUnexpected },
    publicUrl: settings.publicUrl ?? (isLoopbackHost(settings.apiHost) ? address : null),
  });
  const closing = new AbortController();
  const { client } = service.temporal;
  if (reports !== undefined) void tellUnfairTurns(client, reports, closing.signal);
  void untilPrepared(() => ensureSchedules(client, settings), {
    signal: closing.signal,
    onFailure: reports?.notReady ?? (() => undefined),
  });
  return {
    address,
    close: async () => {
      closing.abort();
      service.watcher.close();
      service.batchWatcher.close();
      await Promise.all([drain(server), endBackgroundWork()]);
      await service.close();
    },
  };
}

/** What the routes need, but for where they report to. */
async function apiDependencies(
  service: Service,
  settings: Settings,
): Promise<Omit<ApiDependencies, 'reportUnexpected' | 'logRequest'>> {
  const { folders, metrics, receiver, telling } = service;
  const { client } = service.temporal;
  const { allowLocalFiles, clipLocations, costCeilings, retentionDays } = settings;
  return {
    ...service,
    ...{ allowLocalFiles, clipLocations, costCeilings },
    webhooks: telling.webhooks,
    checkWebhookUrl: telling.checkUrl,
    hasTranslator: settings.languageModel !== undefined || settings.translation !== undefined,
    sendsMail: settings.mail !== undefined,
    uploads: {
      maximumBytes: settings.maximumDownloadBytes,
      receiver,
      signingKey: () => keepKey(folders.uploadKey),
      scratchFolder: folders.work,
    },
    downloads: createDownloadQueue(client),
    limits: { maximumDurationSeconds: settings.maximumDurationSeconds },
    metricsText: (numbers) => metrics.text(numbers),
    retention: createRetentionClient(client, retentionDays),
    access: {
      adminTokenHash: hashToken(settings.adminToken ?? (await keepAdminToken(folders.adminToken))),
      anonymousOnLoopback: isLoopbackHost(settings.apiHost),
    },
  };
}

/** Nobody waits for it: it takes some seconds. */
const tellUnfairTurns = (client: Client, { unfairTurns }: StartReports, signal: AbortSignal): Promise<void> =>
  untilPrepared(
    async () => {
      const lack = lackOfTurns(await probeFairTurns(client));
      if (lack !== null) unfairTurns(`Fair turns: ${lack}. ${FAIR_TURNS_FIX}`);
    },
    { signal, onFailure: () => undefined },
  );

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });

const drain = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
