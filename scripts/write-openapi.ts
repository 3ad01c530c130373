/** Writes openapi.json from the routes. A test compares the two. */
import { writeFile } from 'node:fs/promises';
import { describeApi } from '../src/api/describe-api.ts';

await writeFile(new URL('../openapi.json', import.meta.url), describeApi());
