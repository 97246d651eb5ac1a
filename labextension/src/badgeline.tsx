import * as React from 'react';

import { inOrder } from './components';
import type { ILanguage } from './language';
import type { FootprintRecord } from './protocol';
import { remoteOf } from './remote';
import type { Wording } from './wording';

/** What the parts of a badge are given. */
export interface IBadgePartProps extends ILanguage {
  record: FootprintRecord;
  wording: Wording;
}

/** "⚡ 6.20 Wh (5.5 – 7.0) · 0.36 g CO₂e · 1 min 44 s · 0.42 J/sample · GPU 84 % CPU 12 % RAM 4 %". */
export function BadgeLine(props: IBadgePartProps): React.JSX.Element {
  const { record, quantities, trans, wording } = props;
  const { duration_s, emissions, energy, status, work } = record;
  const { joules, low, high } = energy;
  const isBudgetSpent = (record.budget?.interruptions ?? 0) > 0;
  const grams = quantities.text(quantities.emissions({ value: emissions.grams }));
  const parts = [
    joules === null
      ? trans.__('energy unknown')
      : quantities.text(quantities.energy({ value: joules, low, high })),
    emissions.grams === null ? trans.__('CO₂e unknown') : `${grams} CO₂e`,
    quantities.duration(duration_s),
    work && joules !== null && work.amount > 0 ? quantities.perUnit({ value: joules }, work) : '',
    shares(props),
    hosted(props)
  ];
  return (
    <>
      {(status !== 'ok' || isBudgetSpent) && (
        <span className="jp-green-badge-status">
          <span aria-hidden="true">{status === 'error' ? '✕' : '■'} </span>
          {[wording.status(status), isBudgetSpent ? trans.__('budget spent') : '']
            .filter(part => part)
            .join(': ')}
          {' · '}
        </span>
      )}
      <span aria-hidden="true">⚡ </span>
      <bdi>{parts.filter(part => part).join(' · ')}</bdi>
    </>
  );
}

/** "hosted models ≈ 0.90 Wh (0.18 – 4.5), modelled, not included". */
function hosted({ record, trans, wording }: IBadgePartProps): string {
  const remote = remoteOf([record]);
  return remote ? trans.__('hosted models %1', wording.hosted(remote)) : '';
}

/** "GPU 84 % CPU 12 % RAM 4 %". */
function shares({ record, quantities, wording }: IBadgePartProps): string {
  const parts = inOrder(Object.entries(record.components), ([name]) => name);
  // Not of the energy, which may have been settled since.
  const whole = parts.reduce((sum, [, { joules }]) => sum + (joules ?? 0), 0);
  return parts
    .flatMap(([name, { joules }]) =>
      whole > 0 && joules !== null
        ? `${wording.shortComponent(name)} ${quantities.percent(joules / whole)}`
        : []
    )
    .join(' ');
}
