// Generates src/protocol.ts, the TypeScript side of the published schemas; with --check, only says whether it is current.
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import prettier from 'prettier';

const SCHEMAS = new URL('../../jupyter_green/schema/', import.meta.url);
const TARGET = new URL('../src/protocol.ts', import.meta.url);
const HEADER = `// Generated from jupyter_green/schema/*.json by \`jlpm protocol\`. Do not edit.

/* eslint-disable */
`;

/** Reads a schema and lets its cross-file references point into one bundle. */
async function load(name) {
  const text = await readFile(new URL(name, SCHEMAS), 'utf-8');
  return JSON.parse(text.replaceAll(/"\$ref": "[^"#]+#/g, '"$ref": "#'));
}

/** Drops named properties beside a typed rest: TypeScript cannot make them optional there, and they say no more. */
function mergeRest(node) {
  for (const child of Object.values(node)) {
    if (child !== null && typeof child === 'object') {
      mergeRest(child);
    }
  }
  if (typeof node.additionalProperties === 'object') {
    delete node.properties;
  }
}

/** The bundle without what only people read. */
function terse(node) {
  if (Array.isArray(node)) {
    return node.map(terse);
  }
  if (node === null || typeof node !== 'object') {
    return node;
  }
  // A property may itself be called "title": only a string is an annotation.
  const annotation = ([key, value]) =>
    ['title', 'description'].includes(key) && typeof value === 'string';
  return Object.fromEntries(
    Object.entries(node)
      .filter(entry => !annotation(entry))
      .map(([key, value]) => [key, terse(value)])
  );
}

const definitions = {};
for (const name of ['footprint.v1.json', 'feed.v1.json', 'history.v1.json']) {
  const { $defs, ...root } = await load(name);
  for (const [title, schema] of Object.entries({ ...$defs, [root.title]: root })) {
    if (title in definitions || schema.title !== title) {
      throw new Error(`${name}: ${title} is defined twice or not titled by its name`);
    }
    definitions[title] = schema;
  }
}

// The roots' own $schema and $id say nothing inside a bundle.
for (const schema of Object.values(definitions)) {
  delete schema.$schema;
  delete schema.$id;
}
mergeRest(definitions);

const types = await compile({ $defs: definitions }, 'Bundle', {
  additionalProperties: false,
  bannerComment: '',
  format: false,
  ignoreMinAndMaxItems: true,
  unreachableDefinitions: true
});

const source = [
  HEADER,
  types
    .replace(/export interface Bundle \{[^}]*\}\n/, '')
    .replaceAll(
      /( \*\n)? \* This interface was referenced by `Bundle`[^\n]*\n \* via the `definition`[^\n]*\n/g,
      ''
    )
    .replaceAll('/**\n */\n', '')
    .replaceAll(' *\n */', ' */'),
  '/** The same schemas as data, by which `validate.ts` reads what arrives. */',
  `export const DEFINITIONS = ${JSON.stringify(terse(definitions))};`
].join('\n');
const options = await prettier.resolveConfig(TARGET);
const wanted = await prettier.format(source, { ...options, parser: 'typescript' });

if (process.argv.includes('--check')) {
  if ((await readFile(TARGET, 'utf-8').catch(() => '')) !== wanted) {
    console.error('src/protocol.ts does not match jupyter_green/schema: run `jlpm protocol`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, wanted);
}
