import * as React from 'react';

import type { Budget } from './protocol';
import type { IPartProps, ISpeech } from './total';

/** What a budget is given. */
interface IBudgetProps extends ISpeech {
  budget: Budget;
}

/** How it stands with the session's and the day's budgets. */
export function Budgets({ view, ...speech }: IPartProps): React.JSX.Element | null {
  return view.budgets.length === 0 ? null : (
    <section className="jp-green-budgets" aria-label={speech.trans.__('Budgets')}>
      {view.budgets.map(budget => (
        <BudgetLine key={budget.scope} budget={budget} {...speech} />
      ))}
    </section>
  );
}

/** "⚠ Budget of the session: 82 % of 50 Wh · nearly spent". */
export function BudgetLine(props: IBudgetProps): React.JSX.Element {
  const { budget, trans } = props;
  const { limit, scope, spent, state } = budget;
  const share = spent === null ? trans.__('unknown') : props.quantities.percent(spent / limit);
  const name = {
    cell: trans.__('budget'),
    session: trans.__('Budget of the session'),
    day: trans.__('Budget of the day, all kernels')
  }[scope];
  const remark = {
    within: '',
    near: trans.__('nearly spent'),
    foretold: trans.__('not enough, by the forecast'),
    spent: trans.__('spent')
  }[state];
  return (
    <div
      className={`jp-green-budget${state === 'within' ? '' : ' jp-mod-warning'}`}
      data-scope={scope}
      data-state={state}
      title={`${amount(props, spent)} / ${amount(props, limit)}`}
    >
      {state !== 'within' && <span aria-hidden="true">{state === 'spent' ? '■ ' : '⚠ '}</span>}
      {trans.__('%1: %2 of %3', name, share, amount(props, limit))}
      {remark && (
        <>
          {' · '}
          <b>{remark}</b>
        </>
      )}
    </div>
  );
}

/** An amount in the budget’s unit, as people read it. */
function amount({ budget, quantities }: IBudgetProps, value: number | null): string {
  return budget.unit === 'J'
    ? quantities.text(quantities.energy({ value }))
    : `${quantities.text(quantities.emissions({ value }))} CO₂e`;
}
