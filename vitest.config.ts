import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
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
