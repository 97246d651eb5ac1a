import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Refusal } from './insertion';
import type { Suggestion } from './protocol';
import type { SuggestionMemory } from './suggestionmemory';

/** What the line is given. */
interface IOutcomeLineProps {
  outcome: SuggestionMemory['outcome'];
  suggestion: Suggestion;
  trans: TranslationBundle;
}

/** One line on what came of what the user did with a suggestion. */
export function OutcomeLine(props: IOutcomeLineProps): React.JSX.Element | null {
  const { outcome, suggestion, trans } = props;
  if (outcome?.id !== suggestion.id) {
    return null;
  }
  switch (outcome.kind) {
    case 'stopped':
      return <p role="alert">■ {trans.__('The measurement was stopped.')}</p>;
    case 'failed':
      return <p role="alert">✕ {trans.__('The measurement failed: %1', outcome.reason)}</p>;
    case 'measured':
      return (
        <details className="jp-green-told" open={suggestion.verified === null}>
          <summary>{trans.__('What the measurement says')}</summary>
          <p>
            <bdi>{outcome.text}</bdi>
          </p>
        </details>
      );
    case 'edited':
      return (
        <p role="status">
          ✓ {trans.__('The cell was changed, nothing was run. Undo takes it back.')}
        </p>
      );
    case 'inserted':
      return (
        <p role="status">
          ✓ {trans.__('A new cell was added, nothing was run. Undo takes it away.')}
        </p>
      );
    case 'refused':
      return <p role="alert">✕ {refusal(outcome.why, suggestion, trans)}</p>;
  }
}

function refusal(why: Refusal, { actions }: Suggestion, trans: TranslationBundle): string {
  const { execution_count = null } = actions.find(({ kind }) => kind === 'insert') ?? {};
  const cell = `[${execution_count ?? ' '}]`;
  switch (why) {
    case 'changed':
      return trans.__('Not inserted: cell %1 has changed since it was run.', cell);
    case 'missing':
      return trans.__('Not inserted: cell %1 cannot be found in this notebook.', cell);
    case 'ambiguous':
      return trans.__('Not inserted: several cells bear the number %1.', cell);
    case 'read-only':
      return trans.__('Not inserted: it may not be edited.');
  }
}
