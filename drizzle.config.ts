import { defineConfig } from 'drizzle-kit';

/** `npm run migration` writes the difference between schema.ts and the newest migration. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/adapters/postgres/schema.ts',
  out: './src/adapters/postgres/migrations',
});
