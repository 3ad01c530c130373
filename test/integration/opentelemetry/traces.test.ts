import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FREE } from '../../../src/domain/model-prices.ts';
import { ErrorMapping } from '../../../src/activities/error-mapping.ts';
import { endpointAt } from '../../../src/adapters/local-models/endpoint.ts';
import { createHttpEntityExtractor } from '../../../src/adapters/local-models/http-entity-extractor.ts';
import { createHttpSpeakerEncoder } from '../../../src/adapters/local-models/http-speaker-encoder.ts';
import { createHttpSpeechDetector } from '../../../src/adapters/local-models/http-speech-detector.ts';
import { createHttpTranscriber } from '../../../src/adapters/local-models/http-transcriber.ts';
import { ModelServerClient } from '../../../src/adapters/local-models/model-server-client.ts';
import { startTracing } from '../../../src/adapters/opentelemetry/start-tracing.ts';
import { tracedModels } from '../../../src/adapters/opentelemetry/traced-models.ts';
import { TASK_QUEUES } from '../../../src/contracts/task-queues.ts';
import { workflowBundle } from '../../../src/adapters/temporal/workflow-bundle.ts';
import { ApiProcess } from '../../support/api-process.ts';
import { chunkOf, scriptedActivities } from '../../support/scripted-activities.ts';
import { TemporalProcess } from '../../support/temporal-process.ts';
import { testFolder } from '../../support/test-folder.ts';
import { TraceReceiver, type ReceivedSpan } from '../../support/trace-receiver.ts';
import { workflowCode } from '../../support/workflow-harness.ts';

const SECRET = 'canary0123456789';
const PACKAGES = ['@opentelemetry/sdk-trace', '@opentelemetry/exporter', 'interceptors-opentelemetry'];

/** Tells on standard error which packages of traces a process has loaded, when it ends. */
const TELLS_PACKAGES = `--import=data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const loaded = ${JSON.stringify(PACKAGES)}.filter((name) =>
      Object.keys(Module._cache).some((path) => path.includes(name)));
    writeSync(2, 'loaded ' + JSON.stringify(loaded));
  });`)}`;

const heard: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];
/** Answers as model servers do. */
const modelServer = createServer((request, response) => {
  heard.push({ path: request.url, headers: request.headers });
  request.resume().on('end', () => {
    const answer = request.url?.endsWith('speech-regions')
      ? { regions: [], quietPoints: [] }
      : { model: 'another', sameVoiceSimilarity: 0.7, windows: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
});
const receiver = new TraceReceiver();
let temporal: TemporalProcess;
let connection: NativeConnection;

beforeAll(async () => {
  await receiver.start();
  modelServer.listen(0, '127.0.0.1');
  await once(modelServer, 'listening');
  temporal = await TemporalProcess.start({ inMemory: true });
  connection = await NativeConnection.connect({ address: temporal.address });
});

afterAll(async () => {
  await connection.close();
  await temporal.close();
  modelServer.close();
  receiver.close();
});

const startApi = (settings: Record<string, string>): Promise<ApiProcess> =>
  ApiProcess.start({
    home: testFolder(),
    temporalAddress: temporal.address,
    settings: { NODE_OPTIONS: TELLS_PACKAGES, ...settings },
  });

/** Steps of which one fails first, and then asks models. */
function steps() {
  const endpoint = endpointAt(`http://127.0.0.1:${(modelServer.address() as AddressInfo).port}`, undefined);
  const own = new ModelServerClient(() => Promise.resolve(endpoint), { tellsTrace: true });
  const other = new ModelServerClient(() => Promise.resolve(endpoint));
  const models = tracedModels({
    speechDetector: createHttpSpeechDetector(own),
    speakerEncoder: createHttpSpeakerEncoder(other, 'another-encoder'),
    transcriber: createHttpTranscriber(own, { extensions: true, priceUsdPerMinute: FREE }),
    extractor: createHttpEntityExtractor(own),
  });
  const { activities } = scriptedActivities({ statedDurationSeconds: 60, chunks: [chunkOf(0, 60)] });
  const { embedSpeakers } = activities;
  let failed = false;
  return {
    ...activities,
    embedSpeakers: async (input: Parameters<typeof embedSpeakers>[0]) => {
      if (!failed) {
        failed = true;
        throw ApplicationFailure.create({
          ...{ type: 'ModelUnavailable', nextRetryDelay: '1ms' },
          message: `GET https://user:${SECRET}@example.org/sound?signature=${SECRET} with Bearer ${SECRET}`,
        });
      }
      const { signal } = new AbortController();
      await models.speechDetector.detectSpeech(new Uint8Array(2), { signal });
      await models.speakerEncoder.embed(new Uint8Array(2), { speechRegions: [], signal });
      return embedSpeakers(input);
    },
  };
}

describe('traces', () => {
  it('join the request, the workflow, its steps and calls of models', async () => {
    const api = await startApi({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address });
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.address;
    const tracing = startTracing('clipscribe-worker', pino({ level: 'silent' }));
    const common = {
      ...{ connection, sinks: tracing.sinks, activities: steps() },
      interceptors: { activity: [tracing.activity, () => ({ inbound: new ErrorMapping() })] },
    };
    const traced = await workflowBundle(new DefaultLogger('ERROR'), testFolder(), { traced: true });
    const workers = await Promise.all([
      Worker.create({ ...common, taskQueue: TASK_QUEUES.control, workflowBundle: traced }),
      Worker.create({ ...common, taskQueue: TASK_QUEUES.short }),
    ]);
    const running = Promise.all(workers.map((worker) => worker.run()));
    const url = `https://example.org/talk?signature=${SECRET}`;
    const { id } = await api.post<{ id: string }>('/api/jobs', { url });
    const handle = (await temporal.client()).workflow.getHandle(id);
    await handle.result();
    const history = await handle.fetchHistory();
    for (const worker of workers) worker.shutdown();
    await running;
    await tracing.shutdown();
    await api.close();

    const ofJob = receiver.spans.filter(({ attributes }) => attributes['job'] === id);
    const request = ofJob.find(({ name }) => name === 'POST /api/jobs');
    expect(request).toMatchObject({
      service: 'clipscribe-api',
      attributes: { 'http.route': '/api/jobs', 'http.response.status_code': 202 },
    });
    expect(request?.parentSpanId).toBeUndefined();
    const attempts = ofJob.filter(({ name }) => name === 'RunActivity:embedSpeakers');
    expect(attempts.map(({ attributes: { stage, attempt } }) => ({ stage, attempt }))).toEqual([
      { stage: 'embedSpeakers', attempt: 1 },
      { stage: 'embedSpeakers', attempt: 2 },
    ]);
    expect(attempts[0]?.events.map(({ name }) => name)).toEqual(['exception']);
    const encoding = receiver.spans.find(({ name }) => name === 'Model:embed');
    expect(encoding?.attributes['model']).toBe('another-encoder');
    expect(pathOf(encoding)).toEqual([
      'clipscribe-api POST /api/jobs',
      'clipscribe-api StartWorkflow:videoIntelligence',
      'clipscribe-worker RunWorkflow:videoIntelligence',
      'clipscribe-worker StartActivity:embedSpeakers',
      'clipscribe-worker RunActivity:embedSpeakers',
      'clipscribe-worker Model:embed',
    ]);
    expect(receiver.spans.filter(({ name }) => name.startsWith('Handle'))).toEqual([]);

    // Our own model server hears of the trace, and no other one does.
    const detecting = receiver.spans.find(({ name }) => name === 'Model:detectSpeech');
    expect(heard.map(({ path, headers }) => [path, headers['traceparent']])).toEqual([
      ['/v1/audio/speech-regions', `00-${detecting?.traceId}-${detecting?.spanId}-01`],
      ['/v1/audio/speaker-embeddings', undefined],
    ]);
    expect(receiver.bodies.join()).not.toContain(SECRET);
    expect(receiver.bodies.join()).toContain('https://example.org/sound');

    // A worker may come back with traces on or off.
    for (const bundle of [traced, await workflowCode()])
      await Worker.runReplayHistory({ workflowBundle: bundle, sinks: tracing.sinks }, history, id);
    expect(api.output).toContain(`loaded ${JSON.stringify(PACKAGES)}`);
  });

  it('disturb nothing where the collector cannot be reached, of which the log tells once', async () => {
    const api = await startApi({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces',
      OTEL_BSP_SCHEDULE_DELAY: '1',
    });
    const warnings = (): number => api.output.split('Traces cannot be sent').length - 1;
    const askUntil = async (isEnough: () => boolean): Promise<void> => {
      while (!isEnough()) await api.get('/api/jobs');
    };
    await askUntil(() => warnings() > 0);
    for (let request = 0; request < 20; request += 1) await api.get('/api/jobs');
    await api.close();
    expect(warnings()).toBe(1);
  });

  it('load nothing where nobody asks for them', async () => {
    const api = await startApi({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    await api.get('/api/jobs');
    await api.close();
    expect(api.output).toContain('loaded []');
  });
});

/** The names from the root of a trace to a span of it. */
function pathOf(span: ReceivedSpan | undefined): string[] {
  if (span === undefined) return [];
  const parent = receiver.spans.find(
    ({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId,
  );
  return [...pathOf(parent), `${String(span.service)} ${span.name}`];
}
