import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { ClipScribeError } from '../../domain/errors.ts';

/** What the OpenAPI document says besides the routes. */
const DESCRIPTION = {
  openapi: '3.1.0',
  info: {
    title: 'ClipScribe',
    version: '1',
    description:
      'Transcripts, subtitles, entities, a knowledge graph and a report from a video of any length. Errors are RFC 9457 problem documents with a stable `code`.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  // Routes that are open to everybody say so.
  security: [{ token: [] }],
};

/** The API's description in OpenAPI 3.1, made from its routes. */
export function openApiDocument(app: OpenAPIHono) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Of `clipscribe token create`. On one machine none is needed until the first one is made.',
  });
  return app.getOpenAPI31Document(DESCRIPTION);
}

const SWAGGER_FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Files of Swagger UI that the page needs, served by ourselves: the page works without the internet. */
const SWAGGER_FILES: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
]);

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>ClipScribe API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', validatorUrl: null });\n`;

/** `/openapi.json`, and `/docs` for people. */
export function documentationRoutes(app: OpenAPIHono): Hono {
  const documentation = new Hono();
  const document = openApiDocument(app);
  documentation.get('/openapi.json', (context) => context.json(document));
  documentation.get('/docs', (context) => context.html(PAGE));
  documentation.get('/docs/start.js', (context) =>
    context.body(START, 200, { 'content-type': 'text/javascript' }),
  );
  documentation.get('/docs/:file', async (context) => {
    const name = context.req.param('file');
    const contentType = SWAGGER_FILES.get(name);
    if (contentType === undefined) throw new ClipScribeError('NotFound', 'There is nothing at this address.');
    const body = await readFile(join(SWAGGER_FOLDER, name));
    return context.body(body, 200, { 'content-type': contentType, 'cache-control': 'max-age=86400' });
  });
  return documentation;
}
