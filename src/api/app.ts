import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { except } from 'hono/combine';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { authenticate, requireAdmin } from './accounts/authenticate.ts';
import { KnownTokens } from './accounts/known-tokens.ts';
import { rateLimit } from './accounts/rate-limit.ts';
import type { ApiDependencies } from './dependencies.ts';
import { idempotent } from './idempotency.ts';
import { ownJobsOnly } from './jobs/own-jobs-only.ts';
import { logRequests } from './log-requests.ts';
import { traceRequests } from './trace-requests.ts';
import { withoutBodyForHead } from './without-body.ts';
import { loopbackGuard } from './loopback-guard.ts';
import { conditional, CONDITIONAL_PATHS } from './conditional.ts';
import { createProblem, defaultHook, onError, sendProblem } from './problems.ts';
import { alertRoutes } from './routes/alerts.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { correctionRoutes } from './routes/corrections.ts';
import { documentationRoutes } from './routes/documentation.ts';
import { DOWNLOAD_OUTCOME_PATH, downloadTaskRoutes } from './routes/download-tasks.ts';
import { feedbackRoutes } from './routes/feedback.ts';
import { batchEventRoutes } from './routes/batch-events.ts';
import { batchRoutes } from './routes/batches.ts';
import { healthRoutes } from './routes/health.ts';
import { importRoutes, IMPORTS_PATH } from './routes/imports.ts';
import { jobActionRoutes } from './routes/job-actions.ts';
import { jobEventRoutes } from './routes/job-events.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { reelRoutes } from './routes/reels.ts';
import { reelProposalRoutes } from './routes/reel-proposals.ts';
import { overviewRoutes } from './routes/overview.ts';
import { queueRoutes } from './routes/queue.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { retentionRoutes } from './routes/retention.ts';
import { stopRoutes } from './routes/stop.ts';
import { usageRoutes } from './routes/usage.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { searchRoutes } from './routes/search.ts';
import { voiceRoutes } from './routes/voices.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { TRANSCRIPTIONS_PATH, transcriptionRoutes } from './routes/transcriptions.ts';

/** Requests are small: what is large travels by address, or to the address of an upload, which knows its size. */
const MAXIMUM_BODY_BYTES = 64 * 1024;
/** A list of addresses, one for each video or clip: signed ones are long. */
const MAXIMUM_LIST_BYTES = 8 * 1024 ** 2;
const LIST_PATHS = ['/api/batches', '/api/reels', DOWNLOAD_OUTCOME_PATH];

/** Of subtitles what their reader takes at most; of corrections a thousand of the longest. */
const MAXIMUM_TEXT_BYTES = 16 * 1024 ** 2;
const TEXT_PATHS = [IMPORTS_PATH, '/api/jobs/:id/transcript'];

/** The REST API over its dependencies; see openapi.json for what it answers. */
export function createApp(dependencies: ApiDependencies) {
  const app = new OpenAPIHono({ defaultHook });
  app.use(requestId(), traceRequests(), logRequests(dependencies.logRequest), withoutBodyForHead());
  app.onError(onError(dependencies.reportUnexpected));
  app.notFound((context) =>
    sendProblem(context, createProblem('NotFound', 'There is nothing at this address.')),
  );
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }));
  if (dependencies.allowLocalFiles) app.use(loopbackGuard());
  limitBodies(app);
  const tokens = new KnownTokens(dependencies.accounts);
  guard(app, dependencies, tokens);
  for (const path of CONDITIONAL_PATHS) app.use(path, ...conditional());
  const api = app.openapiRoutes([
    ...jobRoutes(dependencies),
    ...jobActionRoutes(dependencies),
    ...jobEventRoutes(dependencies),
    ...correctionRoutes(dependencies),
    ...importRoutes(dependencies),
    ...voiceRoutes(dependencies),
    ...artifactRoutes(dependencies),
    ...reelProposalRoutes(dependencies),
    ...searchRoutes(dependencies),
    ...batchRoutes(dependencies),
    ...batchEventRoutes(dependencies),
    ...reelRoutes(dependencies),
    ...uploadRoutes(dependencies),
    ...downloadTaskRoutes(dependencies),
    ...transcriptionRoutes(dependencies),
    ...modelRoutes(dependencies),
    ...tokenRoutes(dependencies, tokens),
    ...webhookRoutes(dependencies),
    ...retentionRoutes(dependencies),
    ...stopRoutes(dependencies),
    ...overviewRoutes(dependencies),
    ...alertRoutes(dependencies),
    ...queueRoutes(dependencies),
    ...usageRoutes(dependencies),
    ...feedbackRoutes(dependencies),
    ...metricsRoutes(dependencies),
    ...healthRoutes(dependencies),
  ] as const);
  app.route('/', documentationRoutes(app));
  return api;
}

/** Swagger UI sets styles inline; scripts come from us only. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

const isUpload = ({ req }: Context): boolean => req.method === 'PUT' && req.path.startsWith('/api/uploads/');

/** The file of an upload comes with its own size and credential, both in its address. */
const exceptUploads = (middleware: MiddlewareHandler): MiddlewareHandler => except(isUpload, middleware);

/** A form with a file is read as it arrives, by its route. */
const exceptFiles = (middleware: MiddlewareHandler): MiddlewareHandler =>
  except((context) => isUpload(context) || context.req.path === TRANSCRIPTIONS_PATH, middleware);

function limitBodies(app: OpenAPIHono): void {
  const limitBody = (maxSize: number): MiddlewareHandler =>
    bodyLimit({
      maxSize,
      onError: (context) =>
        sendProblem(context, createProblem('InvalidInput', 'The request is too large.', { status: 413 })),
    });
  for (const path of LIST_PATHS) app.use(path, limitBody(MAXIMUM_LIST_BYTES));
  for (const path of TEXT_PATHS) app.use(path, limitBody(MAXIMUM_TEXT_BYTES));
  app.use(exceptFiles(except([...LIST_PATHS, ...TEXT_PATHS], limitBody(MAXIMUM_BODY_BYTES))));
}

/** Whatever is served below these paths is served to known callers, and to them only what is theirs. */
function guard(app: OpenAPIHono, dependencies: ApiDependencies, tokens: KnownTokens): void {
  const authenticated = authenticate({ ...dependencies, tokens });
  const toKnownCallers = [
    exceptUploads(authenticated),
    exceptUploads(rateLimit()),
    exceptFiles(idempotent(() => dependencies.idempotency)),
  ];
  for (const path of ['/api/*', '/v1/*']) for (const middleware of toKnownCallers) app.use(path, middleware);
  app.use('/metrics', authenticated);
  for (const path of ['/api/admin/*', '/metrics']) app.use(path, requireAdmin());
  for (const path of ['/api/jobs/:id', '/api/jobs/:id/*']) app.use(path, ownJobsOnly(dependencies));
}

/** For typed clients: `hc<AppType>(address)`. */
export type AppType = ReturnType<typeof createApp>;
