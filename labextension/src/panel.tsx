import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Activity } from './activity';
import { Cells } from './cells';
import { leafIcon } from './icon';
import type { Quantities } from './quantities';
import { Sources } from './sources';
import type { ICellRow, IFootprintModel } from './tokens';
import { Total } from './total';
import { Wording } from './wording';

/**
 * The side panel: one notebook's footprint.
 */
export class FootprintPanel extends VDomRenderer<IFootprintModel | null> {
  constructor(options: FootprintPanel.IOptions) {
    super();
    this.id = FootprintPanel.ID;
    this.addClass('jp-green-panel');
    this._options = options;
    this._wording = new Wording(options);
    this.title.icon = leafIcon;
    this.title.caption = options.trans.__('Footprint');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.caption);
  }

  /** The notebook's footprint, as its model tells it now. */
  protected override render(): React.JSX.Element {
    const { quantities, reveal, trans } = this._options;
    const view = this.model?.view;
    if (!view) {
      return (
        <>
          <Head title={this.title.caption} state="" />
          <Empty open={this.model !== null} trans={trans} />
        </>
      );
    }
    const part = { view, quantities, trans, wording: this._wording };
    const off = view.metering === 'off' ? trans.__('metering is off') : '';
    return (
      <>
        <Head
          title={this.title.caption}
          state={view.origin === 'recorded' ? trans.__('recorded') : off}
        />
        <Total {...part} />
        <Activity {...part} />
        <Cells {...part} reveal={reveal} />
        <Sources {...part} />
      </>
    );
  }

  private readonly _options: FootprintPanel.IOptions;
  private readonly _wording: Wording;
}

/** A namespace for FootprintPanel statics. */
export namespace FootprintPanel {
  /** The panel's id in the page, and its name in the saved layout. */
  export const ID = 'jupyter-green-panel';

  /** The options of a FootprintPanel. */
  export interface IOptions {
    quantities: Quantities;
    /** Called when the user chooses a cell. */
    reveal: (row: ICellRow) => void;
    trans: TranslationBundle;
  }
}

function Head({ title, state }: { title: string; state: string }): React.JSX.Element {
  return (
    <header className="jp-green-head">
      <span>{title}</span>
      <span className="jp-green-state">{state}</span>
    </header>
  );
}

/** What to do when there is nothing to show. */
function Empty({ open, trans }: { open: boolean; trans: TranslationBundle }): React.JSX.Element {
  if (!open) {
    return <p className="jp-green-empty">{trans.__('Open a notebook to see its footprint.')}</p>;
  }
  const [before, after] = trans
    .__('Run %1 in a cell: from then on every cell is metered.', '\0')
    .split('\0');
  return (
    <p className="jp-green-empty">
      {before}
      <code>%load_ext jupyter_green</code>
      {after}
    </p>
  );
}
