import {
  DEFINITIONS,
  type CellSummary,
  type FeedSnapshot,
  type FootprintRecord,
  type History
} from './protocol';

/** What may be read, by the name of its schema. */
interface IReadable {
  CellSummary: CellSummary;
  FeedSnapshot: FeedSnapshot;
  FootprintRecord: FootprintRecord;
  History: History;
}

/** The part of JSON Schema that our schemas use. */
interface ISchema {
  $ref?: string;
  additionalProperties?: ISchema;
  const?: unknown;
  enum?: unknown[];
  items?: ISchema;
  maxItems?: number;
  maxLength?: number;
  maximum?: number;
  minLength?: number;
  minimum?: number;
  oneOf?: ISchema[];
  properties?: { [name: string]: ISchema };
  required?: string[];
  type?: string | string[];
}

/** An open map, such as `components`, is cut at this many entries: more is not hardware. */
const MAX_ENTRIES = 16;

/** What has been said at debug level: a document is read again and again. */
const told = new Set<string>();
const MAX_TOLD = 100;

const SCHEMAS: { [name: string]: ISchema } = DEFINITIONS;

/** Says what differs from the schema, and where. */
class Mismatch extends Error {}

/**
 * Read what a kernel or a document says.
 *
 * Unknown keys are dropped, over-long texts and lists cut, numbers outside their range become unknown.
 *
 * @param name - The schema's title.
 * @param value - Anything.
 * @returns A clean copy, or null, with one line at debug level the first time, if it is not of the schema or of another major version.
 */
export function read<N extends keyof IReadable>(name: N, value: unknown): IReadable[N] | null {
  try {
    return clean(SCHEMAS[name], value, name) as IReadable[N];
  } catch (error) {
    const line = `jupyter-green: ignored what is no ${name}: ${String(error)}`;
    if (told.size < MAX_TOLD && !told.has(line)) {
      told.add(line);
      console.debug(line);
    }
    return null;
  }
}

function clean(schema: ISchema, value: unknown, at: string): unknown {
  if (schema.$ref) {
    return clean(SCHEMAS[schema.$ref.replace('#/$defs/', '')], value, at);
  }
  if (schema.oneOf) {
    // Only "this or null" occurs.
    return value === null ? null : clean(schema.oneOf[0], value, at);
  }
  if ('const' in schema || schema.enum) {
    return demand((schema.enum ?? [schema.const]).includes(value), at) && value;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const nullable = types.includes('null');
  if (value === null && nullable) {
    return null;
  }
  switch (types[0]) {
    case 'boolean':
      return demand(typeof value === 'boolean', at) && value;
    case 'string':
      return cleanText(schema, value, at);
    case 'integer':
    case 'number':
      return cleanNumber(schema, value, nullable, types[0] === 'integer', at);
    case 'array':
      // The latest entries stand last.
      demand(Array.isArray(value), at);
      return (value as unknown[])
        .slice(-(schema.maxItems ?? MAX_ENTRIES))
        .map((item, index) => clean(schema.items ?? {}, item, `${at}[${index}]`));
    case 'object':
      return cleanObject(schema, value, at);
    default:
      throw new Mismatch(at);
  }
}

function cleanText(schema: ISchema, value: unknown, at: string): string {
  demand(typeof value === 'string' && value.length >= (schema.minLength ?? 0), at);
  return (value as string).slice(0, schema.maxLength);
}

function cleanNumber(
  { minimum = -Infinity, maximum = Infinity }: ISchema,
  value: unknown,
  nullable: boolean,
  integer: boolean,
  at: string
): number | null {
  demand(typeof value === 'number', at);
  const number = value as number;
  const finite = integer ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (nullable && (!finite || number < minimum)) {
    return null;
  }
  demand(finite, at);
  return Math.min(Math.max(number, minimum), maximum);
}

function cleanObject(schema: ISchema, value: unknown, at: string): object {
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), at);
  const source = value as { [name: string]: unknown };
  const { additionalProperties: rest, properties = {}, required = [] } = schema;
  const has = (name: string) => Object.prototype.hasOwnProperty.call(source, name);
  for (const name of required) {
    demand(has(name), `${at}.${name}`);
  }
  const names = rest
    ? Object.keys(source).slice(0, MAX_ENTRIES)
    : Object.keys(properties).filter(has);
  return Object.fromEntries(
    names.map(name => [name, clean(rest ?? properties[name], source[name], `${at}.${name}`)])
  );
}

function demand(truth: boolean, at: string): true {
  if (!truth) {
    throw new Mismatch(at);
  }
  return true;
}
