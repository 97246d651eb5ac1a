const rspack = require('@rspack/core');

module.exports = {
  resolve: {
    // Our chart has no formulas, and its canvas is a plain one.
    alias: { 'mathjax-full': false, regl: false }
  },
  optimization: {
    minimizer: [
      new rspack.SwcJsMinimizerRspackPlugin({
        minimizerOptions: {
          // BokehJS registers its models by the names of their classes.
          mangle: { keep_classnames: true },
          compress: { keep_classnames: true }
        }
      }),
      new rspack.LightningCssMinimizerRspackPlugin()
    ]
  }
};
