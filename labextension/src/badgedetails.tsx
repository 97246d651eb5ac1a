import * as React from 'react';

import type { IBadgePartProps } from './badgeline';
import { inOrder } from './components';
import { remark } from './flags';

/** How each figure of a record is known. */
export function BadgeDetails(props: IBadgePartProps): React.JSX.Element {
  const { record, quantities, trans, wording } = props;
  const { emissions, energy, hardware, machine_energy: machine, work } = record;
  const { joules, low, high } = energy;
  const devices = [...new Set([...(hardware?.gpu ?? []), hardware?.cpu ?? ''])];
  return (
    <dl className="jp-green-badge-details">
      <Entry term={trans.__('Energy')}>
        {quantities.text(quantities.energy({ value: joules, low, high }))}
        {joules !== null && ` · ${wording.measured(energy.measured_share)}`}
      </Entry>
      <Components {...props} />
      <Entry term={trans.__('Emissions')}>
        {quantities.text(
          quantities.emissions({ value: emissions.grams, low: emissions.low, high: emissions.high })
        )}
        {emissions.grams !== null && ' CO₂e'}
      </Entry>
      <Entry term={trans.__('Electricity')}>
        {wording.place(emissions.intensity, emissions.pue)}
        <Faint>{wording.provenance(emissions.intensity)}</Faint>
      </Entry>
      {work && work.amount > 0 && (
        <Entry term={trans.__('Work')}>
          {quantities.work(work)}
          {joules !== null && ` · ${quantities.perUnit({ value: joules, low, high }, work)}`}
        </Entry>
      )}
      <BudgetUse {...props} />
      <Hosted {...props} />
      {machine.joules !== null && (
        <Entry term={trans.__('Whole machine')}>
          {quantities.text(
            quantities.energy({ value: machine.joules, low: machine.low, high: machine.high })
          )}
          <Faint>{trans.__('all processes together: an upper bound for this cell')}</Faint>
        </Entry>
      )}
      {devices.some(device => device) && (
        <Entry term={trans.__('Hardware')}>{devices.filter(device => device).join(' · ')}</Entry>
      )}
      {record.flags.length > 0 && (
        <Entry term={trans.__('Notes')}>
          {[...new Set(record.flags)].map(flag => (
            <div key={flag}>{remark(flag, trans, wording)}</div>
          ))}
        </Entry>
      )}
      <Entry term={trans.__('State')}>
        {record.settled
          ? trans.__('Settled figure')
          : trans.__('First estimate: a counter had not refreshed yet')}
      </Entry>
      <Entry term={trans.__('Record')}>
        <code>{record.id}</code>
      </Entry>
    </dl>
  );
}

/** One line for each component: how much, how obtained, from what. */
function Components({ record, quantities, trans, wording }: IBadgePartProps): React.JSX.Element {
  return (
    <>
      {inOrder(Object.entries(record.components), ([name]) => name).map(([name, part]) => (
        <Entry key={name} term={wording.component(name)} isPart>
          {quantities.text(
            quantities.energy({ value: part.joules, low: part.low, high: part.high })
          )}
          {` · ${wording.method(part.method)}`}
          <Faint>
            {[
              part.source,
              part.idle_joules === null
                ? ''
                : trans.__(
                    'of it %1 idle power',
                    quantities.text(quantities.energy({ value: part.idle_joules }))
                  )
            ]
              .filter(text => text)
              .join(' · ')}
          </Faint>
        </Entry>
      ))}
    </>
  );
}

/** "50 Wh · 50.2 Wh spent · went on for 0.3 s after that". */
function BudgetUse({ record, quantities, trans }: IBadgePartProps): React.JSX.Element | null {
  const { budget, emissions, energy } = record;
  if (!budget) {
    return null;
  }
  const amount = (value: number | null) =>
    budget.unit === 'J'
      ? quantities.text(quantities.energy({ value }))
      : `${quantities.text(quantities.emissions({ value }))} CO₂e`;
  const spent = budget.unit === 'J' ? energy.joules : emissions.grams; // settled since, perhaps
  return (
    <Entry term={trans.__('Budget')}>
      {[
        amount(budget.limit),
        trans.__('%1 spent', amount(spent)),
        budget.interruptions > 0
          ? trans._n('interrupted once', 'interrupted %1 times', budget.interruptions)
          : '',
        budget.late_s === null
          ? ''
          : trans.__('ended %1 after it was spent', quantities.duration(budget.late_s))
      ]
        .filter(text => text)
        .join(' · ')}
    </Entry>
  );
}

/** One entry for each hosted model: calls, tokens, an estimate and whose it is. */
function Hosted({ record, quantities, trans, wording }: IBadgePartProps): React.JSX.Element {
  return (
    <>
      {(record.remote ?? []).map((one, index) => (
        <Entry key={index} term={trans.__('Hosted model')}>
          {[
            one.model,
            trans._n('one call', '%1 calls', one.calls),
            one.output_tokens === null
              ? trans.__('tokens not told')
              : trans.__('%1 tokens generated', quantities.number(one.output_tokens, 0)),
            wording.hosted({ ...one, unknown: 0 })
          ].join(' · ')}
          <Faint>{[one.provider, one.source].join(' · ')}</Faint>
        </Entry>
      ))}
    </>
  );
}

/** A term and what there is to say of it. */
function Entry(props: {
  term: string;
  isPart?: boolean;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <>
      <dt className={props.isPart ? 'jp-mod-part' : undefined}>
        <bdi>{props.term}</bdi>
      </dt>
      <dd>
        <bdi>{props.children}</bdi>
      </dd>
    </>
  );
}

/** What most readers pass over. */
function Faint({ children }: { children: string }): React.JSX.Element | null {
  return children ? <span className="jp-green-badge-faint"> · {children}</span> : null;
}
