import pino from 'pino';

/** JSON lines on standard output. Nothing is logged but codes, ids and numbers; titles and URLs stay out. */
export const createLogger = (level: string, context: Record<string, string>): pino.Logger =>
  pino({
    level,
    base: context,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: pino.stdSerializers.err },
  });
