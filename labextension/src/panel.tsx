import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { announcement } from './announcement';
import { Header } from './header';
import { HistoryModel, type AskHistory } from './history';
import { HistoryTab } from './historytab';
import { leafIcon } from './icon';
import { NotebookTab } from './notebooktab';
import { SuggestionMemory } from './suggestionmemory';
import { Tabs, type ITab } from './tabs';
import type { IFootprintModel, IFootprintView, IPanelActions, Period } from './tokens';
import type { ISpeech } from './total';
import { Wording } from './wording';

/** What the panel can show. */
type TabKey = 'notebook' | Period;

/**
 * The side panel: the current notebook's footprint, and what the ledger holds of all notebooks.
 *
 * While it cannot be seen it neither draws nor asks.
 */
export class FootprintPanel extends VDomRenderer<IFootprintModel | null> {
  constructor(options: FootprintPanel.IOptions) {
    super();
    const { actions, ask, isChartShown = () => true, quantities, trans } = options;
    this.id = FootprintPanel.ID;
    this.addClass('jp-green-panel');
    this._actions = actions;
    this._isChartShown = isChartShown;
    this._speech = { quantities, trans, wording: new Wording(options) };
    this.title.icon = leafIcon;
    this.title.caption = trans.__('Footprint');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.caption);
    if (ask) {
      for (const period of ['today', 'all'] as const) {
        const history = new HistoryModel({ ask, period });
        history.stateChanged.connect(() => this.update());
        this._histories.set(period, history);
      }
    }
    this.modelChanged.connect(this._onModelChanged, this);
  }

  /** Dispose of the panel, and of what it asked. */
  override dispose(): void {
    this._histories.forEach(history => history.dispose());
    super.dispose();
  }

  /** What the panel shows now. */
  protected override render(): React.JSX.Element {
    const { trans } = this._speech;
    const model = this.model;
    const actions = this._actions;
    const history = this._history;
    const tabs: ITab<TabKey>[] = [
      { key: 'notebook', label: trans.__('Notebook') },
      { key: 'today', label: trans.__('Today') },
      { key: 'all', label: trans.__('All time') }
    ];
    const content = history ? (
      <HistoryTab
        key={history.period}
        model={history}
        reveal={actions.reveal}
        isInDocument={id => model?.isInDocument(id) ?? false}
        {...this._speech}
      />
    ) : (
      <NotebookTab
        model={model}
        actions={actions}
        memory={model && this._memoryOf(model)}
        isChartShown={this._isChartShown()}
        {...this._speech}
      />
    );
    return (
      <>
        <Header
          title={this.title.caption}
          actions={actions}
          view={model?.view ?? null}
          trans={trans}
        />
        {this._histories.size > 0 ? (
          <Tabs
            id={`${this.id}-period`}
            label={trans.__('Whose footprint')}
            tabs={tabs}
            current={this._tab}
            choose={key => this._choose(key)}
          >
            {content}
          </Tabs>
        ) : (
          content
        )}
        <div className="jp-green-unseen" role="status">
          {this._announcement}
        </div>
      </>
    );
  }

  /** Draw only what can be seen. */
  protected override onUpdateRequest(msg: Message): void {
    this._listen();
    if (this.isVisible) {
      super.onUpdateRequest(msg);
    }
  }

  /** Draw what was missed, and ask again. */
  protected override onAfterShow(): void {
    this._history?.start();
    this.update();
  }

  /** Ask no more. */
  protected override onBeforeHide(): void {
    this._history?.stop();
  }

  private get _history(): HistoryModel | null {
    return this._tab === 'notebook' ? null : (this._histories.get(this._tab) ?? null);
  }

  private _choose(tab: TabKey): void {
    if (tab !== this._tab) {
      this._history?.stop();
      this._tab = tab;
      this._history?.start();
      this.update();
    }
  }

  private _onModelChanged(): void {
    this._last = this.model?.view ?? null;
    this._announcement = '';
  }

  /** Note what changed since the last time, of which each change is told once. */
  private _listen(): void {
    const view = this.model?.view ?? null;
    if (this.model && view) {
      this._memoryOf(this.model).follow(view.boot);
    }
    if (view !== this._last) {
      this._announcement = announcement(this._last, view, this._speech) || this._announcement;
      this._last = view;
    }
  }

  private _memoryOf(model: IFootprintModel): SuggestionMemory {
    let memory = this._memories.get(model);
    if (!memory) {
      memory = new SuggestionMemory();
      memory.changed.connect(() => this.update());
      this._memories.set(model, memory);
    }
    return memory;
  }

  private readonly _actions: IPanelActions;
  private _announcement = '';
  private readonly _histories = new Map<Period, HistoryModel>();
  private readonly _isChartShown: () => boolean;
  private _last: IFootprintView | null = null;
  private readonly _memories = new WeakMap<IFootprintModel, SuggestionMemory>();
  private readonly _speech: ISpeech;
  private _tab: TabKey = 'notebook';
}

/** A namespace for FootprintPanel statics. */
export namespace FootprintPanel {
  /** The panel's id in the page, and its name in the saved layout. */
  export const ID = 'jupyter-green-panel';

  /** The options of a FootprintPanel. */
  export interface IOptions extends Omit<ISpeech, 'wording'> {
    /** What the user can do; buttons are there for what is there. */
    actions: IPanelActions;
    /** Asks the ledger; without it there is only the notebook. */
    ask?: AskHistory;
    /** Whether the user wants the power to be drawn. */
    isChartShown?: () => boolean;
  }
}
