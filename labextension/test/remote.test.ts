import { expect, test } from '@jest/globals';

import type { RemoteCalls } from '../src/protocol';
import { remoteOf } from '../src/remote';

const CALLS: RemoteCalls = {
  provider: 'openai',
  model: 'gpt-4o',
  calls: 2,
  output_tokens: 824,
  joules: 5000,
  low: 1000,
  high: 25000,
  grams: 0.5,
  grams_low: 0.1,
  grams_high: 2.5,
  source: 'EcoLogits'
};
const UNKNOWN: RemoteCalls = {
  ...CALLS,
  model: 'a',
  calls: 1,
  joules: null,
  low: null,
  high: null,
  source: 'no estimate'
};

test('what records tell of hosted models is one sum, whose unknown part is no zero', () => {
  expect(remoteOf([{ remote: [UNKNOWN, CALLS] }, {}, { remote: [CALLS] }])).toEqual({
    calls: 5,
    unknown: 1,
    joules: 10000,
    low: 2000,
    high: 50000,
    source: 'EcoLogits'
  });
});

test('without a known model nothing is known, without a call there is nothing to say', () => {
  expect(remoteOf([{ remote: [UNKNOWN] }])).toMatchObject({ calls: 1, unknown: 1, joules: null });
  expect(remoteOf([{}, { remote: [] }])).toBeNull();
});
