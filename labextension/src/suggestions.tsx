import * as React from 'react';

import type { SuggestedAction, Suggestion } from './protocol';
import { askToInsert, askToMeasure, askToShutDown, costOf } from './suggestiondialogs';
import { codeToMeasure, type SuggestionMemory } from './suggestionmemory';
import type { IPanelActions } from './tokens';
import type { ISpeech } from './total';

/** Evidence that is longer is shown in part until it is asked for. */
const SHORT = 90;

/** What the list of suggestions is given. */
export interface ISuggestionsProps extends ISpeech {
  suggestions: readonly Suggestion[];
  /** Whether the kernel runs something. */
  isBusy: boolean;
  actions: IPanelActions;
  memory: SuggestionMemory;
}

/** What the kernel suggests, with what is known of each. */
export function Suggestions(props: ISuggestionsProps): React.JSX.Element | null {
  const { memory, quantities, suggestions, trans } = props;
  const shown = suggestions.filter(suggestion => !memory.isDismissed(suggestion));
  const dismissed = suggestions.length - shown.length;
  if (suggestions.length === 0) {
    return null;
  }
  return (
    <section className="jp-green-suggestions" aria-label={trans.__('Suggestions')}>
      <h3>
        {trans.__('Suggestions')} <span>{quantities.number(shown.length, 0)}</span>
      </h3>
      {shown.map(suggestion => (
        <Card key={suggestion.id} {...props} suggestion={suggestion} />
      ))}
      {dismissed > 0 && (
        <button className="jp-green-link" onClick={() => memory.restore()}>
          {trans.__('show dismissed (%1)', quantities.number(dismissed, 0))}
        </button>
      )}
    </section>
  );
}

/** What each part of a suggestion is given. */
type CardProps = ISuggestionsProps & { suggestion: Suggestion };

/** One suggestion. All its words are the kernel's: text, and nothing else. */
function Card(props: CardProps): React.JSX.Element {
  const { memory, suggestion, trans, wording } = props;
  const { evidence, id, rule, saving, severity, title, verified } = suggestion;
  const hasDetails =
    evidence.length > SHORT || suggestion.actions.some(action => action.kind === 'details');
  const [isOpen, setOpen] = React.useState(!hasDetails);
  const detailsId = React.useId();
  const isWarning = severity === 'warning';
  const published = saving && wording.saving(saving);
  const finding = verified && wording.verified(verified);
  return (
    <article
      className={`jp-green-suggestion${isWarning ? ' jp-mod-warning' : ''}`}
      data-rule={rule}
      aria-label={isWarning ? trans.__('Warning: %1', title) : title}
    >
      <h4>
        {isWarning && <span aria-hidden="true">⚠ </span>}
        <bdi>{title}</bdi>
      </h4>
      <p id={detailsId} className={isOpen ? undefined : 'jp-mod-brief'}>
        <bdi>{evidence}</bdi>
      </p>
      {(published || suggestion.effect) && (
        <p className="jp-green-saving">
          {published}
          {published && suggestion.effect && ' · '}
          <bdi>{suggestion.effect}</bdi>
        </p>
      )}
      {finding && <p className="jp-green-verified">{finding}</p>}
      {memory.failure?.id === id && (
        <p role="alert">
          {memory.failure.reason === null
            ? `■ ${trans.__('The measurement was stopped.')}`
            : `✕ ${trans.__('The measurement failed: %1', memory.failure.reason)}`}
        </p>
      )}
      <div className="jp-green-actions">
        {suggestion.actions.map((action, index) => (
          <Action key={index} {...props} action={action} />
        ))}
        {hasDetails && (
          <button aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
            {isOpen ? trans.__('Less') : trans.__('Details')}
          </button>
        )}
        <button onClick={() => memory.dismiss(suggestion)}>{trans.__('Dismiss')}</button>
      </div>
    </article>
  );
}

/** The button of one action, where this frontend can do it. */
function Action(props: CardProps & { action: SuggestedAction }): React.JSX.Element | null {
  const { action, actions, trans } = props;
  const { insert, shutDown } = actions;
  const { code } = action;
  switch (action.kind) {
    case 'measure':
      return <Measure {...props} />;
    case 'insert':
      return insert && code ? (
        <button onClick={() => void askToInsert(props).then(accepted => accepted && insert(code))}>
          {trans.__('Insert code…')}
        </button>
      ) : null;
    case 'shut-down':
      return shutDown ? (
        <button onClick={() => void askToShutDown(props).then(accepted => accepted && shutDown())}>
          {trans.__('Shut kernel down…')}
        </button>
      ) : null;
    case 'details':
      return null;
  }
}

/** Starts a measurement, which states its cost first, and stops it. */
function Measure(props: CardProps & { action: SuggestedAction }): React.JSX.Element | null {
  const { actions, isBusy, memory, suggestion, trans } = props;
  const { interrupt, run } = actions;
  const line = codeToMeasure(suggestion.id);
  if (!run || line === null) {
    return null;
  }
  if (memory.measuring === suggestion.id) {
    return (
      <>
        <span className="jp-green-measuring" role="status">
          {trans.__('measuring…')}
        </span>
        {interrupt && <button onClick={() => interrupt()}>{trans.__('Stop')}</button>}
      </>
    );
  }
  const cost = costOf(props);
  const measure = async () => {
    if (await askToMeasure({ ...props, line })) {
      await memory.measure(suggestion.id, () => run(line));
    }
  };
  return (
    <button
      disabled={isBusy || memory.measuring !== null}
      title={isBusy ? trans.__('The kernel is busy') : undefined}
      onClick={() => void measure()}
    >
      {cost ? trans.__('Measure… %1', cost) : trans.__('Measure…')}
    </button>
  );
}
