/** Whether OpenTelemetry's own environment variables say where traces go; without them there are none. */
export const isTracingOn = (environment: NodeJS.ProcessEnv = process.env): boolean =>
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => (environment[name] ?? '') !== '',
  );
