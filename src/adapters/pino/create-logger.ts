import pino from 'pino';
import { withoutSecrets } from '../../domain/without-secrets.ts';

/** Fields that hold a secret, wherever a line has them. */
const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'secret', 'token', 'taskToken', 'apiKey'];
/** How deep fields are looked at. */
const DEPTHS = ['', '*.', '*.*.'];

/**
 * JSON lines on standard output, made of codes, ids and numbers; titles, transcripts and addresses stay out. Secrets
 * are taken out three times: fields by their names, errors by telling nothing of them but what they are, and the line
 * as a whole by {@link withoutSecrets}.
 *
 * @param destination standard output, where absent
 */
export const createLogger = (
  level: string,
  context: Record<string, string>,
  destination?: pino.DestinationStream,
): pino.Logger =>
  pino(
    {
      level,
      base: context,
      timestamp: pino.stdTimeFunctions.isoTime,
      errorKey: 'error',
      serializers: { error: describeError },
      redact: SECRET_FIELDS.flatMap((name) => DEPTHS.map((depth) => depth + name)),
      hooks: { streamWrite: withoutSecrets },
    },
    destination ?? pino.destination(1),
  );

/** Errors of libraries carry requests and answers as properties; of those nothing is told but the code. */
function describeError(error: unknown): unknown {
  if (!isErrorLike(error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code, type: failureType } = error as { code?: unknown; type?: unknown };
  return { type, code: code ?? failureType, message, stack };
}

// Errors of workflow code are of another realm: `instanceof` does not know them.
const isErrorLike = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
