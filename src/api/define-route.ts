import type { RouteConfig, RouteHandler } from '@hono/zod-openapi';

/**
 * A route and its handler, typed by each other. (The library's `defineOpenAPIRoute` does not fit
 * `exactOptionalPropertyTypes`.)
 */
export const defineRoute = <const Route extends RouteConfig>(
  route: Route,
  handler: RouteHandler<Route>,
): { route: Route; handler: RouteHandler<Route> } => ({ route, handler });
