import * as React from 'react';

import { Activity } from './activity';
import { Budgets } from './budgets';
import { Cells } from './cells';
import { Invitation } from './invitation';
import { KernelNotice } from './kernelnotice';
import type { IKernelState } from './kerneltokens';
import { Notice, Phrase } from './marks';
import { Sources } from './sources';
import type { SuggestionMemory } from './suggestionmemory';
import { Suggestions } from './suggestions';
import type { IFootprintModel, IPanelActions } from './tokens';
import { Total, type IPartProps, type ISpeech } from './total';

/** What the tab of the current notebook is given. */
export interface INotebookTabProps extends ISpeech {
  /** Null when there is no notebook. */
  model: IFootprintModel | null;
  actions: IPanelActions;
  memory: SuggestionMemory | null;
  isChartShown: boolean;
}

/** A row may be lost, and its cell be there all the same. */
const always = () => true;

/** The footprint of the current notebook. */
export function NotebookTab(props: INotebookTabProps): React.JSX.Element {
  const { actions, isChartShown, memory, model, ...speech } = props;
  const { trans } = speech;
  if (!model) {
    return <p className="jp-green-empty">{trans.__('Open a notebook to see its footprint.')}</p>;
  }
  const { kernel, view } = model;
  const invitation = actions.load && (
    <Invitation kernel={kernel} load={() => actions.load?.()} trans={trans} />
  );
  if (!view) {
    return kernel.obstacle && invitation ? invitation : <Unmetered {...speech} />;
  }
  const part = { view, ...speech };
  return (
    <>
      <State {...part} actions={actions} kernel={kernel} />
      {invitation}
      <KernelNotice kernel={kernel} trans={trans} />
      <Total totals={view} remote={view.remote} {...speech} />
      <Budgets {...part} />
      <Activity {...part} isChartShown={isChartShown} />
      <Cells
        list={view}
        reveal={actions.reveal}
        canReveal={always}
        empty={trans.__('No cell has run since metering began.')}
        {...speech}
      />
      {memory && (
        <Suggestions
          suggestions={view.suggestions}
          cells={view.cells}
          trial={view.trial}
          isBusy={view.power !== null}
          actions={actions}
          memory={memory}
          {...speech}
        />
      )}
      <Sources {...part} />
    </>
  );
}

/** Which state the figures are in, unless they are simply live. */
function State(
  props: IPartProps & { actions: IPanelActions; kernel: IKernelState }
): React.JSX.Element | null {
  const { actions, kernel, quantities, trans, view } = props;
  if (view.stale) {
    const seen = quantities.time(view.stale.seen);
    return (
      <Notice icon="⚠">
        {
          {
            ended: trans.__('The kernel has ended; last seen %1.', seen),
            offline: trans.__('No connection to the server; last seen %1.', seen),
            silent: trans.__('The kernel says nothing; last seen %1.', seen)
          }[view.stale.why]
        }
      </Notice>
    );
  }
  if (view.origin === 'recorded' && kernel.obstacle) {
    return <Notice icon="◷">{trans.__('Recorded in this document.')}</Notice>;
  }
  if (view.origin === 'recorded') {
    return (
      <Notice icon="◷">
        <Phrase
          text={trans.__('Recorded in this document. %1 meters this kernel too.', '%1')}
          code="%load_ext jupyter_green"
        />
      </Notice>
    );
  }
  if (view.metering === 'off') {
    return (
      <Notice icon="❚❚">
        {trans.__('Metering is off: what runs now is not counted.')}{' '}
        {actions.resume && (
          <button className="jp-green-link" onClick={() => actions.resume?.()}>
            {trans.__('Resume')}
          </button>
        )}
      </Notice>
    );
  }
  return null;
}

/** A notebook of which nothing is known. */
function Unmetered({ trans }: ISpeech): React.JSX.Element {
  return (
    <p className="jp-green-empty">
      <Phrase
        text={trans.__('Run %1 in a cell: from then on every cell is metered.', '%1')}
        code="%load_ext jupyter_green"
      />
    </p>
  );
}
