// Turns TypeScript, and the modules of JupyterLab's packages, into what Jest can load.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const esbuild = require('esbuild');

const LOADERS = { '.ts': 'ts', '.tsx': 'tsx' };
const OWN = readFileSync(__filename);

module.exports = {
  getCacheKey: (source, path) =>
    createHash('sha1')
      .update(OWN)
      .update(esbuild.version)
      .update(path)
      .update(source)
      .digest('hex'),
  process(source, path) {
    const { code } = esbuild.transformSync(source, {
      format: 'cjs',
      loader: LOADERS[path.slice(path.lastIndexOf('.'))] ?? 'js',
      sourcefile: path,
      sourcemap: 'inline',
      target: 'node20'
    });
    return { code };
  }
};
