import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['.yarn', 'lib', 'node_modules', 'src/protocol.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'test/tsconfig.json'] }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // A signal's slot is given its `this` when it is connected.
      '@typescript-eslint/unbound-method': 'off',
      // Jupyter's own manner: statics and options stand in a namespace beside the class.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/explicit-member-accessibility': [
        'error',
        { accessibility: 'no-public', overrides: { properties: 'off' } }
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      eqeqeq: 'error'
    }
  },
  {
    files: ['scripts/**', '*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        URL: 'readonly',
        __filename: 'readonly'
      }
    }
  },
  {
    files: ['webpack.config.js'],
    languageOptions: { sourceType: 'commonjs' }
  },
  prettier
);
