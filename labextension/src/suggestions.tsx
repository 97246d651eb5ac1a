import * as React from 'react';

import type { Suggestion, TrialProgress } from './protocol';
import { Action } from './suggestionactions';
import { codeToDismiss, type Scope, type SuggestionMemory } from './suggestionmemory';
import { OutcomeLine } from './suggestionoutcome';
import { DismissMenu } from './dismissmenu';
import type { ICellRow, IPanelActions } from './tokens';
import type { ISpeech } from './total';
import { Progress } from './trialprogress';

/** Evidence that is longer is shown in part until it is asked for. */
const SHORT = 90;

/** What the list of suggestions is given. */
export interface ISuggestionsProps extends ISpeech {
  suggestions: readonly Suggestion[];
  /** The cells that ran. */
  cells: readonly ICellRow[];
  /** The measurement that runs. */
  trial: TrialProgress | null;
  /** Whether the kernel runs something. */
  isBusy: boolean;
  actions: IPanelActions;
  memory: SuggestionMemory;
}

/** What each part of a suggestion is given. */
export type CardProps = ISuggestionsProps & { suggestion: Suggestion; isDismissed: boolean };

/** What the kernel suggests, with what is known of each. */
export function Suggestions(props: ISuggestionsProps): React.JSX.Element | null {
  const { memory, quantities, suggestions, trans, trial } = props;
  const { shown, dismissed } = memory.sort(suggestions);
  const link = useFocusAfterLoss(dismissed.length);
  const visible = memory.showsDismissed ? [...shown, ...dismissed] : shown;
  // Of a function of the user's, or of what is not in view.
  const isForeign = trial !== null && !visible.some(({ id }) => id === trial.id);
  if (shown.length + dismissed.length === 0 && !isForeign) {
    return null;
  }
  return (
    <section className="jp-green-suggestions" aria-label={trans.__('Suggestions')}>
      <h3>
        {trans.__('Suggestions')} <span>{quantities.number(shown.length, 0)}</span>
      </h3>
      {isForeign && <Progress {...props} name={trial.id ?? trans.__('a function of yours')} />}
      {shown.map(suggestion => (
        <Card key={suggestion.id} {...props} suggestion={suggestion} isDismissed={false} />
      ))}
      {dismissed.length > 0 && (
        <button
          ref={link}
          className="jp-green-link"
          aria-expanded={memory.showsDismissed}
          onClick={() => memory.toggleDismissed()}
        >
          {memory.showsDismissed
            ? trans.__('hide dismissed')
            : trans.__('show dismissed (%1)', quantities.number(dismissed.length, 0))}
        </button>
      )}
      {memory.showsDismissed &&
        dismissed.map(suggestion => (
          <Card key={suggestion.id} {...props} suggestion={suggestion} isDismissed={true} />
        ))}
    </section>
  );
}

/** One suggestion. All its words are the kernel's: text, and nothing else. */
function Card(props: CardProps): React.JSX.Element {
  const { actions, isDismissed, memory, suggestion, trans, trial, wording } = props;
  const { evidence, id, rule, saving, severity, title, verified } = suggestion;
  const hasDetails =
    evidence.length > SHORT || suggestion.actions.some(action => action.kind === 'details');
  const [isOpen, setOpen] = React.useState(!hasDetails);
  const detailsId = React.useId();
  const isWarning = severity === 'warning';
  const isMeasured = trial ? trial.id === id : memory.measuring === id;
  const published = saving && wording.saving(saving);
  const finding = verified && wording.verified(verified);
  const dismiss = (scope: Scope) => {
    memory.dismiss(suggestion, scope);
    const line = codeToDismiss(id, scope);
    if (line) {
      void actions.tell?.(line);
    }
  };
  return (
    <article
      className={`jp-green-suggestion${isWarning ? ' jp-mod-warning' : ''}`}
      data-rule={rule}
      data-basis={verified?.basis}
      aria-label={isWarning ? trans.__('Warning: %1', title) : title}
    >
      <h4>
        {isWarning && <span aria-hidden="true">⚠ </span>}
        <bdi>{title}</bdi>
        {isDismissed && <span className="jp-green-faint"> {trans.__('dismissed')}</span>}
      </h4>
      <p id={detailsId} className={isOpen ? undefined : 'jp-mod-brief'}>
        <bdi>{evidence}</bdi>
      </p>
      {(published || suggestion.effect) && (
        <p className="jp-green-saving">
          {published}
          {published && suggestion.effect && ' · '}
          <bdi>{wording.effect(suggestion.effect)}</bdi>
        </p>
      )}
      {finding && <p className="jp-green-verified">{finding}</p>}
      <OutcomeLine outcome={memory.outcome} suggestion={suggestion} trans={trans} />
      {isMeasured && <Progress {...props} name={title} />}
      <div className="jp-green-actions">
        {suggestion.actions.map((action, index) => (
          <Action key={index} {...props} action={action} isMeasured={isMeasured} />
        ))}
        {hasDetails && (
          <button aria-expanded={isOpen} aria-controls={detailsId} onClick={() => setOpen(!isOpen)}>
            {isOpen ? trans.__('Less') : trans.__('Details')}
          </button>
        )}
        {!isDismissed && (
          <DismissMenu
            isOfCell={suggestion.execution_count !== null}
            dismiss={dismiss}
            trans={trans}
          />
        )}
      </div>
    </article>
  );
}

/** Takes the focus that is lost when the card that had it is dismissed. */
function useFocusAfterLoss(count: number): React.RefObject<HTMLButtonElement> {
  const element = React.useRef<HTMLButtonElement>(null);
  const last = React.useRef(count);
  React.useEffect(() => {
    if (count > last.current && document.activeElement === document.body) {
      element.current?.focus();
    }
    last.current = count;
  }, [count]);
  return element;
}
