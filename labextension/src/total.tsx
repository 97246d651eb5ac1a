import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { isKnown } from './components';
import type { IQuantity, Quantities } from './quantities';
import type { IFootprintView, IRemote, ITotals } from './tokens';
import type { Wording } from './wording';

/** What each part of the panel needs to speak. */
export interface ISpeech {
  quantities: Quantities;
  trans: TranslationBundle;
  wording: Wording;
}

/** What each part of a notebook's footprint is given. */
export interface IPartProps extends ISpeech {
  view: IFootprintView;
}

/** What a total is given. */
interface ITotalProps extends ISpeech {
  totals: ITotals;
  /** What stands beside the total; null, too, where that is not kept. */
  remote?: IRemote | null;
}

/** Energy and emissions so far, what they consist of, and how they are known. */
export function Total(props: ITotalProps): React.JSX.Element {
  const { totals, quantities, trans, wording } = props;
  const { energy, emissions, intensity, measuredShare, pue } = totals;
  const known = [
    wording.measured(measuredShare),
    intensity && pue !== null ? wording.place(intensity, pue) : ''
  ];
  return (
    <section className="jp-green-total" aria-label={trans.__('Total')}>
      <div className="jp-green-big">
        <span
          className="jp-green-energy"
          data-joules={energy.joules ?? undefined}
          title={trans.__('Energy, with its uncertainty range')}
        >
          <Figure
            {...props}
            quantity={quantities.energy({
              value: energy.joules,
              low: energy.low,
              high: energy.high
            })}
          />
        </span>
        <span
          className="jp-green-emissions"
          data-grams={emissions.grams ?? undefined}
          title={trans.__(
            'Emissions of the use phase, location-based, with their uncertainty range'
          )}
        >
          <Figure
            {...props}
            quantity={quantities.emissions({
              value: emissions.grams,
              low: emissions.low,
              high: emissions.high
            })}
            of="CO₂e"
          />
        </span>
      </div>
      <Split {...props} />
      <div className="jp-green-faint" title={intensity ? wording.provenance(intensity) : undefined}>
        {known.filter(part => part).join(' · ')}
      </div>
      <Hosted {...props} />
    </section>
  );
}

/** "Hosted models: ≈ 0.90 Wh (0.18 – 4.5), modelled, not included". */
function Hosted({ remote, trans, wording }: ITotalProps): React.JSX.Element | null {
  if (!remote) {
    return null;
  }
  const calls = trans._n('one call', '%1 calls', remote.calls);
  return (
    <div
      className="jp-green-faint jp-green-hosted"
      title={[calls, remote.source].filter(part => part).join(' · ')}
    >
      {trans.__('Hosted models: %1', wording.hosted(remote))}
    </div>
  );
}

/** A large figure with its unit, and its range below. */
function Figure(props: ITotalProps & { quantity: IQuantity; of?: string }): React.JSX.Element {
  const { quantity, of = '', totals, trans } = props;
  const isKnownFigure = quantity.unit !== '';
  return (
    <>
      {totals.atLeast && isKnownFigure && (
        <span
          className="jp-green-at-least"
          title={trans.__('Something is missing here, such as earlier runs of cells')}
        >
          {trans.__('at least')}{' '}
        </span>
      )}
      <span className="jp-green-amount">
        <strong>{quantity.figure}</strong> <small>{`${quantity.unit} ${of}`.trim()}</small>
      </span>
      <span className="jp-green-range">{quantity.rangeWithUnit}</span>
    </>
  );
}

/** The components' parts as a bar with its key. */
function Split({ totals, quantities, trans, wording }: ITotalProps): React.JSX.Element | null {
  const parts = totals.components.flatMap(({ name, joules }) =>
    joules === null ? [] : [{ name, joules }]
  );
  const whole = parts.reduce((sum, { joules }) => sum + joules, 0);
  if (!(whole > 0)) {
    return null;
  }
  const shares = parts.map(({ joules }) => joules / whole);
  const inUnit = totals.componentsOfCells
    ? null
    : quantities.parts(
        totals.energy.joules ?? whole,
        parts.map(({ joules }) => joules)
      );
  const figures = inUnit?.figures ?? shares.map(share => quantities.percent(share));
  return (
    <div title={totals.componentsOfCells ? trans.__('Of the recorded cells') : undefined}>
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
