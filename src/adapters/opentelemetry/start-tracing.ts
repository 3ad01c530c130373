import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
  SpanName,
  type OpenTelemetrySinks,
} from '@temporalio/interceptors-opentelemetry';
import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import type { Logger } from 'pino';
import { isJobKind } from '../../domain/job-kinds.ts';
import { CleanExporter } from './clean-exporter.ts';

/** A collector that does not answer is not waited for longer when the process ends. */
const FLUSH_MS = 1500;

/** What makes spans in one process, from its start to its end. */
export interface Tracing {
  /** Starts workflows in the trace that they are asked for in. */
  workflowClient: WorkflowClientInterceptor;
  /** Of a worker's steps; to be around all others. */
  activity: ActivityInterceptorsFactory;
  /** Takes the spans of workflow code that is bundled to give them. */
  sinks: InjectedSinks<OpenTelemetrySinks>;
  /** Sends what is left, for as long as may be waited for. */
  shutdown: () => Promise<void>;
}

/**
 * Sends traces by OTLP to where OpenTelemetry's own environment variables say. A collector that cannot be reached
 * disturbs nothing; the log tells of it once.
 */
export function startTracing(serviceName: string, logger: Pick<Logger, 'warn'>): Tracing {
  const exporter = new CleanExporter(new OTLPTraceExporter(), (error) =>
    logger.warn({ error }, 'Traces cannot be sent to their collector'),
  );
  const processor = new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({
    resource: new Resource({ 'service.name': serviceName }),
    spanProcessors: [processor],
  });
  provider.register();
  const client = new OpenTelemetryWorkflowClientInterceptor();
  const workflows = makeWorkflowExporter(processor, provider.resource);
  return {
    // Questions about jobs are too many to be told of.
    workflowClient: { startWithDetails: (input, next) => client.startWithDetails(input, next) },
    activity: (context) => {
      const step = new OpenTelemetryActivityInboundInterceptor(context);
      const { activityType: stage, attempt, taskQueue: queue, ...info } = context.info;
      const job = jobOf(info.workflowType, info.workflowExecution?.workflowId);
      return {
        inbound: {
          execute: (input, next) =>
            step.execute(input, (inner) => {
              trace.getActiveSpan()?.setAttributes({ ...job, stage, attempt, queue });
              return next(inner);
            }),
        },
      };
    },
    sinks: {
      exporter: {
        export: {
          // All that is known of a workflow would be told, with what its users wrote.
          fn: ({ workflowType, workflowId }, spans) =>
            workflows.export.fn(
              jobOf(workflowType, workflowId) as unknown as WorkflowInfo,
              spans.filter(isNoMessage),
            ),
        },
      },
    },
    shutdown: () => Promise.race([provider.shutdown().catch(() => undefined), sleep(FLUSH_MS)]),
  };
}

const jobOf = (workflowType: string | undefined, workflowId: string | undefined): { job?: string } =>
  isJobKind(workflowType) && workflowId !== undefined ? { job: workflowId } : {};

/** Questions and signals come without a trace: each would be one of its own. */
const isNoMessage = ({ name }: { name: string }): boolean =>
  ![SpanName.WORKFLOW_HANDLE_QUERY, SpanName.WORKFLOW_HANDLE_SIGNAL].some((message) =>
    name.startsWith(`${message}:`),
  );
