import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

type Property = ISettingRegistry.IProperty;

/**
 * A settings schema in the interface's language.
 *
 * Jupyter's server would look its words up in the language pack alone, which knows nothing of extensions.
 */
export function translateSchema(
  schema: ISettingRegistry.ISchema,
  trans: TranslationBundle
): ISettingRegistry.ISchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    translateProperty(property, trans)
  ]);
  return {
    ...schema,
    ...words(schema, text => trans._p('schema', text)),
    properties: Object.fromEntries(properties) as { [name: string]: Property }
  };
}

function translateProperty(property: Property, trans: TranslationBundle): Property {
  const inWords = (text: string) => trans._p('settings', text);
  const { oneOf } = property as { oneOf?: readonly object[] };
  return {
    ...property,
    ...words(property, inWords),
    ...(oneOf && { oneOf: oneOf.map(choice => ({ ...choice, ...words(choice, inWords) })) })
  };
}

/** The parts of a schema that people read, where it has them. */
function words(
  part: { title?: string; description?: string },
  inWords: (text: string) => string
): { title?: string; description?: string } {
  return {
    ...(part.title && { title: inWords(part.title) }),
    ...(part.description && { description: inWords(part.description) })
  };
}
