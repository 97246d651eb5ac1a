import type { FootprintRecord, RemoteCalls } from './protocol';
import { sum } from './recorded';
import type { IRemote } from './tokens';

/**
 * All calls of hosted models in some records together.
 *
 * @returns Null where none was called.
 */
export function remoteOf(records: readonly Pick<FootprintRecord, 'remote'>[]): IRemote | null {
  const calls = records.flatMap(({ remote }) => remote ?? []);
  if (calls.length === 0) {
    return null;
  }
  const known = calls.filter(({ joules }) => joules !== null);
  return {
    calls: count(calls),
    unknown: count(calls) - count(known),
    joules: sum(known.map(({ joules }) => joules)),
    low: sum(known.map(({ low }) => low)),
    high: sum(known.map(({ high }) => high)),
    source: known[0]?.source ?? ''
  };
}

function count(calls: readonly RemoteCalls[]): number {
  return calls.reduce((total, one) => total + one.calls, 0);
}
