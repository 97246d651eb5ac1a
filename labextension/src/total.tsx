import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isKnown } from './components';
import type { Quantities } from './quantities';
import type { IFootprintView } from './tokens';
import type { Wording } from './wording';

/** What each part of the panel is given. */
export interface IPartProps {
  view: IFootprintView;
  quantities: Quantities;
  trans: TranslationBundle;
  wording: Wording;
}

/** Energy and emissions so far, what they consist of, and how they are known. */
export function Total(props: IPartProps): React.JSX.Element {
  const { view, quantities, trans, wording } = props;
  const { joules, low, high } = view.energy;
  const { grams } = view.emissions;
  const energy = quantities.energy({ value: joules, low, high });
  const emissions = quantities.emissions({
    value: grams,
    low: view.emissions.low,
    high: view.emissions.high
  });
  return (
    <section className="jp-green-total" aria-label={trans.__('Total')}>
      <div className="jp-green-big">
        <span
          className="jp-green-energy"
          data-joules={joules ?? undefined}
          title={trans.__('Energy of this kernel, with its uncertainty range')}
        >
          <strong>{energy.figure}</strong> <small>{energy.unit}</small>
          <span className="jp-green-range">{energy.rangeWithUnit}</span>
        </span>
        <span
          className="jp-green-emissions"
          data-grams={grams ?? undefined}
          title={trans.__('Emissions of the use phase, location-based')}
        >
          <strong>{emissions.figure}</strong> <small>{`${emissions.unit} CO₂e`.trim()}</small>
          <span className="jp-green-range">{emissions.rangeWithUnit}</span>
        </span>
      </div>
      <Split {...props} />
      <div className="jp-green-faint" title={wording.provenance(view.intensity)}>
        {`${wording.measured(view.measuredShare)} · ${wording.place(view.intensity, view.pue)}`}
      </div>
    </section>
  );
}

/** The components' parts as a bar with its key. */
function Split({ view, quantities, trans, wording }: IPartProps): React.JSX.Element | null {
  const parts = view.components.flatMap(({ name, joules }) =>
    joules === null ? [] : [{ name, joules }]
  );
  const whole = parts.reduce((sum, { joules }) => sum + joules, 0);
  if (!(whole > 0)) {
    return null;
  }
  const shares = parts.map(({ joules }) => joules / whole);
  const recorded = view.origin === 'recorded';
  // The records' parts do not add up to the total, which holds unrecorded cells too.
  const inUnit = recorded
    ? null
    : quantities.parts(
        view.energy.joules ?? whole,
        parts.map(({ joules }) => joules)
      );
  const figures = inUnit?.figures ?? shares.map(share => quantities.percent(share));
  return (
    <div title={recorded ? trans.__('Of the recorded cells') : undefined}>
      <div className="jp-green-split" aria-hidden="true">
        {parts.map(({ name }, index) => (
          <i key={name} className={mark(name)} style={{ width: `${100 * shares[index]}%` }} />
        ))}
      </div>
      <div className="jp-green-faint jp-green-key">
        {parts.map(({ name }, index) => (
          <span key={name}>
            <i className={mark(name)} aria-hidden="true" />
            {`${wording.component(name)} ${figures[index]}`}
          </span>
        ))}
        {inUnit && ` ${inUnit.unit}`}
      </div>
    </div>
  );
}

/** The class that gives a component its colour; an unknown one has none. */
function mark(name: string): string {
  return isKnown(name) ? `jp-mod-${name}` : '';
}
