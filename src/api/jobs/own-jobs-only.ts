import type { Context, MiddlewareHandler } from 'hono';
import { ClipScribeError } from '../../domain/errors.ts';
import type { CatalogueJob } from '../../ports/job-catalogue.ts';
import { callerOf } from '../caller.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * Lets a request through whose `:id` is a job of the caller. Of another user's job nobody learns that it exists.
 * Routes behind it have the job by {@link ownJobOf}.
 *
 * @throws ClipScribeError JobNotFound
 */
export const ownJobsOnly = (dependencies: ApiDependencies): MiddlewareHandler =>
  async function checkOwner(context, next) {
    const job = await dependencies.catalogue.find(context.req.param('id') ?? '');
    if (job?.userId !== callerOf(context).userId) {
      throw new ClipScribeError('JobNotFound', 'There is no job with this id.');
    }
    context.set('job', job);
    await next();
  };

/** The job of this request, as the catalogue has just told of it. */
export function ownJobOf(context: Context): CatalogueJob {
  const job = context.get('job') as CatalogueJob | undefined;
  if (job === undefined) throw new Error('This route is about no job.');
  return job;
}
