// Keeps the translations complete: collects every message of src/ and schema/ and lays it into the catalogues under
// jupyter_green/locale, where missing ones stand empty; with --check, only says what is missing, left over or odd.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import prettier from 'prettier';
import ts from 'typescript';

const ROOT = new URL('../', import.meta.url);
const LOCALES = new URL('../jupyter_green/locale/', ROOT);
const CATALOGUE = 'LC_MESSAGES/jupyter_green.json';
/** Between a message and its context, as gettext has it. */
const OF = '\u0004';
/** Where a method of a TranslationBundle takes context, message and plural. */
const METHODS = {
  __: { message: 0 },
  gettext: { message: 0 },
  _n: { message: 0, plural: 1 },
  ngettext: { message: 0, plural: 1 },
  _p: { context: 0, message: 1 },
  pgettext: { context: 0, message: 1 },
  _np: { context: 0, message: 1, plural: 2 },
  npgettext: { context: 0, message: 1, plural: 2 }
};
/** Says what stands in schema/, by variables. */
const SPEAKS_FOR_SCHEMA = 'settingwords.ts';
/** The strings of a settings schema that people read; the context is the one Jupyter's server looks them up by. */
const SCHEMA_CONTEXT = { title: 'schema', description: 'schema' };
const PROPERTY_CONTEXT = { title: 'settings', description: 'settings' };

const problems = [];
/** Message to its plural, or null where it has none. */
const messages = new Map();

function add(key, plural, where) {
  const known = messages.get(key);
  if (known !== undefined && known !== plural) {
    problems.push(`${where}: ${JSON.stringify(key)} is used with and without this plural`);
  }
  messages.set(key, plural);
}

/** The text of a literal, or of literals added up. */
function textOf(node) {
  if (node && ts.isStringLiteralLike(node)) {
    return node.text;
  }
  if (node && ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [textOf(node.left), textOf(node.right)];
    return left === null || right === null ? null : left + right;
  }
  return null;
}

function collectCalls(file, name) {
  const visit = node => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const method = METHODS[node.expression.name.text];
      if (method) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        const where = `${name}:${line + 1}`;
        const [context, message, plural] = ['context', 'message', 'plural'].map(part =>
          part in method ? textOf(node.arguments[method[part]]) : ''
        );
        if (context === null || message === null || plural === null) {
          problems.push(`${where}: a message must be a literal, or no translator can see it`);
        } else {
          add(context ? context + OF + message : message, plural || null, where);
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}

function collectSchema(schema, name, contexts) {
  for (const [key, context] of Object.entries(contexts)) {
    if (schema[key]) {
      add(context + OF + schema[key], null, name);
    }
  }
  for (const part of [...Object.values(schema.properties ?? {}), ...(schema.oneOf ?? [])]) {
    collectSchema(part, name, PROPERTY_CONTEXT);
  }
}

const placeholders = text => [...new Set(text.match(/%\d+/g) ?? [])].sort().join(' ');

function check(language, key, plural, translations) {
  const at = `${language}: ${JSON.stringify(key.replace(OF, ' | '))}`;
  const source = key.slice(key.indexOf(OF) + 1);
  if (translations.length !== (plural ? 2 : 1) || translations.some(text => !text.trim())) {
    problems.push(`${at} is not translated`);
    return;
  }
  translations.forEach((text, form) => {
    // A plural's %1 may be left out of its singular: "one cell".
    const wanted = [placeholders(source), ...(plural ? [placeholders(plural)] : [])];
    if (!wanted.includes(placeholders(text))) {
      problems.push(`${at}: form ${form} does not have the placeholders ${wanted[0]}`);
    }
  });
}

for (const name of (await readdir(new URL('src/', ROOT), { recursive: true })).sort()) {
  if (/\.tsx?$/.test(name) && name !== SPEAKS_FOR_SCHEMA) {
    const text = await readFile(new URL(`src/${name}`, ROOT), 'utf-8');
    collectCalls(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true), name);
  }
}
for (const name of (await readdir(new URL('schema/', ROOT))).sort()) {
  const schema = JSON.parse(await readFile(new URL(`schema/${name}`, ROOT), 'utf-8'));
  collectSchema(schema, name, SCHEMA_CONTEXT);
}

for (const language of (await readdir(LOCALES)).sort()) {
  const target = new URL(`${language}/${CATALOGUE}`, LOCALES);
  const { '': header, ...catalogue } = JSON.parse(await readFile(target, 'utf-8'));
  const keys = [...messages.keys()].sort();
  if (process.argv.includes('--check')) {
    for (const key of keys) {
      check(language, key, messages.get(key), catalogue[key] ?? []);
    }
    for (const key of Object.keys(catalogue).filter(known => !messages.has(known))) {
      problems.push(`${language}: ${JSON.stringify(key)} is no longer said`);
    }
  } else {
    const entries = keys.map(key => [key, catalogue[key] ?? (messages.get(key) ? ['', ''] : [''])]);
    const text = JSON.stringify({ '': header, ...Object.fromEntries(entries) });
    await writeFile(target, await prettier.format(text, { parser: 'json', printWidth: 100 }));
  }
}

if (problems.length > 0) {
  console.error(
    [...problems, 'To mend the catalogues run `jlpm messages`, then translate.'].join('\n')
  );
  process.exitCode = 1;
}
