import type { MiddlewareHandler } from 'hono';
import { ClipScribeError } from '../../domain/errors.ts';
import { callerOf } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * Lets a request through whose `:id` is a job of the caller. Of another user's job nobody learns that it exists.
 *
 * @throws ClipScribeError JobNotFound
 */
export const ownJobsOnly = (dependencies: ApiDependencies): MiddlewareHandler =>
  async function checkOwner(context, next) {
    const job = await dependencies.catalogue.find(context.req.param('id') ?? '');
    if (job?.userId !== callerOf(context).userId) {
      throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    }
    await next();
  };
