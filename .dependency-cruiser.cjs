/** The import rules of ARCHITECTURE.md: topologies -> connectors -> src, and who may import which library. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'src-stands-alone', severity: 'error', from: { path: '^src' }, to: { path: '^(connectors|topologies|test)' } },
    {
      name: 'connectors-use-the-public-api',
      severity: 'error',
      from: { path: '^connectors' },
      to: { path: '^(src/(?!index\\.ts|connector-api\\.ts|testing)|topologies)' },
    },
    { name: 'topologies-use-the-public-api', severity: 'error', from: { path: '^topologies' }, to: { path: '^src/(?!index\\.ts)' } },
    {
      name: 'pure-rooms',
      comment: 'operators, time, image, ml and sql know nothing of Kafka, HTTP or the command line',
      severity: 'error',
      from: { path: '^src/(operators|time|image|ml|sql|similarity)' },
      to: { path: '^src/(log/kafka|connect|server|cli)' },
    },
    {
      name: 'server-is-an-edge',
      comment: 'only the command line and the list of public names know the server',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/(server|cli|index\\.ts)' },
      to: { path: '^src/server' },
    },
    { name: 'kafka-client', severity: 'error', from: { pathNot: '^src/log/kafka' }, to: { path: 'node_modules/kafkajs' } },
    {
      name: 'sharp-in-image',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/image' },
      to: { path: 'node_modules/(sharp|@julusian)' },
    },
    {
      name: 'engines',
      severity: 'error',
      from: { path: '^src', pathNot: '^src/ml/engines' },
      to: { path: 'node_modules/(onnxruntime|@tensorflow)' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^dist'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
