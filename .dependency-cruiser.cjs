/** Who may import whom. A test plants bad imports and expects each rule to bite (test/unit/boundaries.test.ts). */
const SDK =
  '^node_modules/(@google-cloud|@aws-sdk|fluent-ffmpeg|yt-dlp-wrap|proxy-chain|undici|drizzle-orm|@electric-sql|pg|prom-client|openai|ai|@ai-sdk|@opentelemetry/(sdk|exporter|resources)[a-z-]*)/';

const layer = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [from, ...allowed].map((name) => `^src/${name}/`) },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src' }, to: { path: '^test' } },
    layer('domain', []),
    layer('config', []),
    layer('contracts', ['domain']),
    layer('ports', ['domain']),
    layer('workflows', ['domain', 'contracts']),
    layer('activities', ['domain', 'contracts', 'ports']),
    layer('adapters', ['domain', 'ports']),
    layer('workers', ['domain', 'contracts', 'ports', 'activities', 'adapters', 'config', 'workflows']),
    {
      name: 'api-is-thin',
      severity: 'error',
      from: { path: '^src/api/', pathNot: '^src/api/(server|main|service-worker|compose-[a-z-]+)\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(api|domain|contracts|ports)/' },
    },
    {
      name: 'server-composes-the-api',
      severity: 'error',
      from: { path: '^src/api/(server|main|service-worker|compose-[a-z-]+)\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(api|domain|contracts|ports|adapters|activities|config)/' },
    },
    {
      name: 'clients-never-see-the-engine',
      severity: 'error',
      from: { path: '^src/(cli|web)/' },
      to: { path: '^src/(workflows|activities|adapters|workers|ports)/' },
    },
    {
      name: 'clients-import-api-as-type',
      severity: 'error',
      from: { path: '^src/(cli|web)/' },
      to: { path: '^src/api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', '^src/adapters/(process|bucket)/'] },
    },
    {
      name: 'vendor-sdk-only-in-adapters',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(adapters/|workers/|api/server\\.ts)' },
      to: { path: SDK },
    },
    {
      name: 'workflow-code-is-deterministic',
      severity: 'error',
      from: { path: '^src/(workflows|domain|contracts)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'workflow-npm-allowlist',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^node_modules/', pathNot: '^node_modules/(@temporalio/(workflow|common)|zod)/' },
    },
    {
      name: 'inner-npm-allowlist',
      severity: 'error',
      from: { path: '^src/(domain|contracts|ports)/' },
      to: {
        path: '^node_modules/',
        pathNot:
          '^node_modules/(zod|@temporalio/common|canonicalize|diff|media-captions|stopword|smpte-timecode|xmlbuilder2)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'config-npm-allowlist',
      severity: 'error',
      from: { path: '^src/config/' },
      to: {
        path: '^node_modules/',
        pathNot: '^node_modules/(zod|@temporalio/(common|envconfig)|commander)/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'entry-points-are-leaves',
      severity: 'error',
      from: { path: '^(src|test)', pathNot: '^(src/(workers|cli|web)|test)/' },
      to: { path: '^src/(workers|cli|web)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
