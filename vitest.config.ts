import { defineConfig } from 'vitest/config'

/** Where to write what happened to each test, for `.ci/run`, which counts them. */
const report = process.env['HOLDFAST_TEST_REPORT']

/** A test that hangs is ended then. It says nothing of how fast one is: the machine may be busy. */
const hangsAfterMs = 120_000

/** Of those that take half a minute where nothing else is going on. */
const slowHangsAfterMs = 10 * hangsAfterMs

/** Tests that start processes. */
function processes(name: string, testTimeout: number) {
  return {
    test: {
      name,
      // What is built runs as users run it: as Node loads it.
      server: { deps: { external: [/\/dist\//] } },
      include: [`test/**/*.${name}.ts`],
      testTimeout,
    },
  }
}

export default defineConfig({
  test: {
    // Most tests wait for a disk or a child: without this, two cores would run one file at a time.
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], testTimeout: hangsAfterMs } },
      {
        test: {
          name: 'property',
          include: ['test/**/*.property.ts'],
          testTimeout: hangsAfterMs,
        },
      },
      processes('crash', hangsAfterMs),
      // Not in `npm test`: `npm run test:slow`.
      processes('slow', slowHangsAfterMs),
    ],
  },
})
