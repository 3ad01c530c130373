import { defineConfig } from 'drizzle-kit';

/** `npm run migration` writes the difference between the schemas and the newest migration. */
export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/adapters/postgres/schema.ts',
    './src/adapters/postgres/cost-schema.ts',
    './src/adapters/postgres/notification-schema.ts',
    './src/adapters/postgres/search-schema.ts',
    './src/adapters/postgres/incident-schema.ts',
    './src/adapters/postgres/queue-schema.ts',
  ],
  out: './src/adapters/postgres/migrations',
});
