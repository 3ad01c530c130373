import { isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { ClipScribeError } from '../../domain/errors.ts';

/** gRPC status codes that we tell apart. */
const GRPC = { invalidArgument: 3, notFound: 5, permissionDenied: 7, unauthenticated: 16 } as const;

/** The gRPC status code of an error of the Temporal client, if it came from the server or the way to it. */
export function grpcCodeOf(error: unknown): number | undefined {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** What a query by our search attributes finds: nothing in a namespace that does not know them before its first job. */
export async function orBeforeFirstJob<T>(nothing: T, query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (error) {
    if (grpcCodeOf(error) === GRPC.invalidArgument) return nothing;
    throw error;
  }
}

/**
 * Runs calls to Temporal and gives their errors our codes: JobNotFound, InvalidInput (a bad cursor) and
 * ServiceUnavailable. Errors that did not come from Temporal pass.
 */
export async function withTemporalErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new ClipScribeError('JobNotFound', 'There is no job with this id.', { cause: error });
    }
    const code = grpcCodeOf(error);
    if (code === undefined) throw error;
    throw ofGrpc(code, error);
  }
}

function ofGrpc(code: number, cause: unknown): ClipScribeError {
  switch (code) {
    case GRPC.notFound:
      return new ClipScribeError('JobNotFound', 'There is no job with this id.', { cause });
    case GRPC.invalidArgument:
      return new ClipScribeError('InvalidInput', 'Temporal does not accept this request.', { cause });
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return new ClipScribeError('ServiceUnavailable', 'Temporal does not accept our credentials.', {
        cause,
      });
    default:
      return new ClipScribeError('ServiceUnavailable', 'Temporal does not answer.', { cause });
  }
}
