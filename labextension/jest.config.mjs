export default {
  testEnvironment: 'node',
  // Refused data is told at debug level.
  silent: true,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.(js|tsx?)$': '<rootDir>/scripts/jest-transform.cjs' },
  // JupyterLab and Lumino publish modules only.
  transformIgnorePatterns: ['/node_modules/(?!@jupyter/ydoc/|@jupyterlab/|@lumino/)'],
  moduleNameMapper: { '\\.svg$': '<rootDir>/test/icon.cjs' }
};
