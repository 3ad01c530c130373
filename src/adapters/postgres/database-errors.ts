import { ClipScribeError } from '../../domain/errors.ts';

/** SQLSTATE classes and codes that pass by themselves: lost connections, start and shutdown, too many clients. */
const PASSING_STATES = /^(08|53|57P|57014|40001|40P01|55P03)/;
const PASSING_CAUSES = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN/;
/** Errors of the driver that carry no code. */
const PASSING_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i;

/** The same object, whose promises reject with `DatabaseUnavailable` where the database is away. */
export function withDatabaseErrors<T extends object>(repository: T): T {
  return new Proxy(repository, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...parameters: unknown[]) => {
        try {
          return (await Reflect.apply(value, target, parameters)) as unknown;
        } catch (error) {
          throw isPassing(error)
            ? new ClipScribeError('DatabaseUnavailable', 'The database does not answer.', { cause: error })
            : error;
        }
      };
    },
  });
}

/** The driver's error lies at the end of a chain of causes. */
function isPassing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string' && (PASSING_STATES.test(code) || PASSING_CAUSES.test(code))) return true;
    if (PASSING_MESSAGES.test(cause.message)) return true;
  }
  return false;
}
