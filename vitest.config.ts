import { defineConfig } from 'vitest/config'

/** Where to write what happened to each test, for `.ci/run`, which counts them. */
const report = process.env['HOLDFAST_TEST_REPORT']

export default defineConfig({
  test: {
    // Most tests wait for a disk or a child: without this, two cores would run one file at a time.
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'] } },
      {
        test: {
          name: 'property',
          include: ['test/**/*.property.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'crash',
          include: ['test/**/*.crash.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
})
