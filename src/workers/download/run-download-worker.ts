import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { Scratch } from '../../activities/scratch.ts';
import { createDownloadTasks } from '../../adapters/clipscribe-api/create-download-tasks.ts';
import { createDirectLinkSource } from '../../adapters/direct-link/create-direct-link-source.ts';
import { PUBLIC_ADDRESSES_ONLY, PUBLIC_AND_PRIVATE_ADDRESSES } from '../../adapters/egress/address-policy.ts';
import { createEgress } from '../../adapters/egress/create-egress.ts';
import { FfmpegMediaTool } from '../../adapters/ffmpeg/ffmpeg-media-tool.ts';
import { WorkerMetrics } from '../../adapters/prometheus/worker-metrics.ts';
import { createPlaylistReader } from '../../adapters/yt-dlp/create-playlist-reader.ts';
import { createYtDlpSource } from '../../adapters/yt-dlp/create-yt-dlp-source.ts';
import { takeExclusively } from '../../config/exclusive.ts';
import { homeFolders } from '../../config/home.ts';
import { ownersToken } from '../../config/owners-token.ts';
import { SettingsError, type Settings } from '../../config/settings.ts';
import { loadTools } from '../../config/tools.ts';
import { DOWNLOAD_ROLE } from '../../contracts/task-queues.ts';
import { startHealthServer } from '../health-server.ts';
import { sweepScratch } from '../scratch-sweeper.ts';
import { doTask, type DownloadDependencies } from './do-task.ts';
import { TaskLoop } from './task-loop.ts';

/**
 * Runs a download worker until SIGTERM or SIGINT (B2). It knows the API and the sites, and neither Temporal nor the
 * store: what it downloads leaves as an upload with the user's token.
 *
 * @throws SettingsError; ClipScribeError Unauthorized, Forbidden
 */
export async function runDownloadWorker(settings: Settings, logger: Logger): Promise<void> {
  const { home, cookiesFile } = settings;
  if (cookiesFile !== undefined) requireCookies(cookiesFile);
  const release = await takeExclusively(home, DOWNLOAD_ROLE);
  if (release === undefined)
    throw new SettingsError(
      'A download worker with this CLIPSCRIBE_HOME runs already. Stop it first, or set another CLIPSCRIBE_HOME.',
    );
  const address = settings.apiUrl ?? `http://127.0.0.1:${settings.apiPort}`;
  const tasks = createDownloadTasks({
    address,
    token: settings.token ?? (settings.apiUrl === undefined ? ownersToken(settings) : undefined),
    worker: `${process.pid}@${hostname().replace(/[^\w.-]/g, '-')}`.slice(0, 100),
  });
  const { close, ...dependencies } = await compose(settings, tasks);
  // Which jobs run is for the API to know: what nobody has touched for days goes.
  const stopSweeping = sweepScratch(dependencies.scratch, {
    stateOf: () => Promise.resolve('unknown'),
    logger,
  });
  const loop = new TaskLoop({
    tasks,
    work: (task, attempt) => doTask(dependencies, task, attempt),
    forget: (id) => dependencies.scratch.remove(id),
    logger,
  });
  const metrics = new WorkerMetrics(DOWNLOAD_ROLE);
  const health = await startHealthServer(
    settings.healthPort,
    {
      service: `clipscribe-worker-${DOWNLOAD_ROLE}`,
      isHealthy: () => loop.isRunning,
      metrics: () => metrics.registry.metrics(),
    },
    '127.0.0.1',
  );
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => loop.stop());
  logger.info({ api: address, healthPort: health.port }, 'The download worker asks for work');
  try {
    await loop.run();
  } finally {
    stopSweeping();
    health.server.close();
    await close();
    release();
  }
}

async function compose(
  settings: Settings,
  tasks: DownloadDependencies['tasks'],
): Promise<DownloadDependencies & { close: () => Promise<void> }> {
  const { maximumDurationSeconds, maximumDownloadBytes: maxBytes, cookiesFile, downloadProxy } = settings;
  const folders = homeFolders(settings.home);
  const tools = loadTools(settings.home);
  const scratch = new Scratch(folders.downloads);
  const egress = await createEgress({
    policy: settings.allowPrivateAddresses ? PUBLIC_AND_PRIVATE_ADDRESSES : PUBLIC_ADDRESSES_ONLY,
    upstreamProxyUrl: downloadProxy,
  });
  const mediaTool = new FfmpegMediaTool({
    ...tools,
    workDirectory: folders.downloads,
    maxDurationSeconds: maximumDurationSeconds,
  });
  const ytDlp = { egress, ytDlp: tools.ytDlp, cookiesFile };
  return {
    tasks,
    sources: [
      createDirectLinkSource({ egress, mediaTool, maxBytes }),
      createYtDlpSource({ ...ytDlp, maxBytes }),
    ],
    playlists: createPlaylistReader(ytDlp),
    mediaTool,
    scratch,
    limits: { maximumDurationSeconds },
    close: () => egress.close(),
  };
}

/** As yt-dlp itself demands it. */
const COOKIES_HEAD = /^# (Netscape )?HTTP Cookie File/;

/** Told at the start, not at the first video of the night. */
function requireCookies(path: string): void {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SettingsError(`CLIPSCRIBE_COOKIES_FILE: ${path} cannot be read.`, { cause });
  }
  if (!COOKIES_HEAD.test(content))
    throw new SettingsError(
      `CLIPSCRIBE_COOKIES_FILE: ${path} is no cookies.txt: give a file whose first line is "# Netscape HTTP Cookie File".`,
    );
}
