import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ICellRef } from './tokens';

/** What a mark of something under way is made of. */
interface ISpinnerProps {
  label: string;
  /** For how long it has run, in seconds, if known. */
  age?: number | null;
}

/**
 * Says that something is under way.
 *
 * It turns when a new figure is drawn anyway, so it stands still when none arrives. An animation
 * would have the browser draw the page all the time: several percent of a core.
 */
export function Spinner({ label, age }: ISpinnerProps): React.JSX.Element {
  const style = age ? { transform: `rotate(${(Math.round(age) % 8) * 45}deg)` } : undefined;
  return (
    <span className="jp-green-spinner" role="img" aria-label={label} title={label} style={style} />
  );
}

/** A cell's number as in its prompt. */
export function prompt({ executionCount }: Pick<ICellRef, 'executionCount'>): string {
  return `[${executionCount ?? ' '}]`;
}

/** What a phrase is made of. */
interface IPhraseProps {
  /** Translated, with %1 where the code stands. */
  text: string;
  code: string;
}

/** A sentence with a piece of code in its midst. */
export function Phrase({ text, code }: IPhraseProps): React.JSX.Element {
  const [before, ...after] = text.split('%1');
  return (
    <>
      {before}
      <code>{code}</code>
      {after.join(code)}
    </>
  );
}

/** What a notice is made of. */
interface INoticeProps {
  /** Says the same as the words, for the eye. */
  icon: string;
  children: React.ReactNode;
}

/** In what state the figures are, by icon and words. */
export function Notice({ icon, children }: INoticeProps): React.JSX.Element {
  return (
    <p className="jp-green-notice">
      <span aria-hidden="true">{icon}</span>
      <span>{children}</span>
    </p>
  );
}

/** A cell as it is spoken of: "cell 24". */
export function spoken(cell: Pick<ICellRef, 'executionCount'>, trans: TranslationBundle): string {
  return cell.executionCount === null
    ? trans.__('cell')
    : trans.__('cell %1', String(cell.executionCount));
}
