import { createApp } from './app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { openApiDocument } from './routes/documentation.ts';

/** The text of openapi.json. Needs no running parts: only the routes are read. */
export function describeApi(): string {
  const app = createApp({ allowLocalFiles: false } as ApiDependencies);
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}
