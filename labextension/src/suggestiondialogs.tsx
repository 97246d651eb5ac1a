import { Dialog, showDialog } from '@jupyterlab/apputils';
import * as React from 'react';

import { CodeDiff } from './codediff';
import type { SuggestedAction, Suggestion } from './protocol';
import type { ISpeech } from './total';

/** What a dialog on a suggestion is made of. */
interface IQuestion extends ISpeech {
  suggestion: Suggestion;
  action: SuggestedAction;
}

/** Ask whether to spend the energy and the time that a measurement costs. */
export function askToMeasure(question: IQuestion & { line: string }): Promise<boolean> {
  const { action, line, suggestion, trans } = question;
  const cost = costOf(question);
  return ask({
    title: trans.__('Measure “%1”?', suggestion.title),
    accept: trans.__('Measure'),
    trans,
    body: (
      <>
        <p>
          {cost
            ? trans.__('Runs both variants in turn, in this kernel: about %1.', cost)
            : trans.__(
                'Runs both variants in turn, in this kernel. What that costs is not known.'
              )}{' '}
          {trans.__('Its energy counts in this session; Stop interrupts it.')}
        </p>
        <Code code={line} label={trans.__('What will be run')} />
        {action.code && <Code code={action.code} label={trans.__('What will be compared')} />}
      </>
    )
  });
}

/**
 * Show the code beside what it would stand for, to be edited, and ask whether to put it into the notebook.
 *
 * @returns The code as the user left it; null where they would not have it.
 */
export async function askForCode({
  action,
  suggestion,
  trans,
  wording
}: IQuestion): Promise<string | null> {
  const { before, code, execution_count } = action;
  const cell = execution_count === null ? null : `[${execution_count}]`;
  const words =
    before !== null
      ? trans.__('Cell %1 is changed as shown, in one step that can be undone.', cell ?? '')
      : cell
        ? trans.__('This code comes into a new cell below cell %1.', cell)
        : trans.__('This code comes into a new cell below the active one.');
  const accept = before === null ? trans.__('Insert below') : trans.__('Change the cell');
  const { button, value } = await showDialog({
    title: suggestion.title,
    body: new CodeDiff({
      before,
      after: code ?? '',
      introduction: (
        <>
          <p>
            {words} {trans.__('Nothing is run.')}
          </p>
          {suggestion.effect && (
            <p>{trans.__('What it does to the result: %1', wording.effect(suggestion.effect))}</p>
          )}
        </>
      ),
      trans
    }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: accept })
    ]
  });
  return button.accept ? value : null;
}

/** Ask whether to end the kernel, and with it all that its variables hold. */
export function askToShutDown({ suggestion, trans }: IQuestion): Promise<boolean> {
  return ask({
    title: trans.__('Shut this kernel down?'),
    accept: trans.__('Shut down'),
    isGrave: true,
    trans,
    body: (
      <>
        <p>{suggestion.evidence}</p>
        <p>{trans.__('Its variables are lost; the notebook and its outputs stay.')}</p>
      </>
    )
  });
}

/** "0.9 Wh, 2 min"; empty when neither is known. */
export function costOf({ action, quantities }: Pick<IQuestion, 'action' | 'quantities'>): string {
  const { joules, seconds } = action;
  return [
    joules === null ? '' : quantities.text(quantities.energy({ value: joules })),
    seconds === null ? '' : quantities.duration(seconds)
  ]
    .filter(part => part)
    .join(', ');
}

/** Code as text, to be read and copied only. */
function Code({ code, label }: { code: string; label: string }): React.JSX.Element {
  return (
    <pre className="jp-green-code" aria-label={label} tabIndex={0}>
      <code>{code}</code>
    </pre>
  );
}

async function ask(options: {
  title: string;
  accept: string;
  body: React.ReactElement;
  isGrave?: boolean;
  trans: ISpeech['trans'];
}): Promise<boolean> {
  const { accept, body, isGrave = false, title, trans } = options;
  const yes = isGrave ? Dialog.warnButton({ label: accept }) : Dialog.okButton({ label: accept });
  const { button } = await showDialog({
    title,
    body: <div className="jp-green-dialog">{body}</div>,
    buttons: [Dialog.cancelButton({ label: trans.__('Cancel') }), yes],
    // A key pressed too early must neither spend energy nor lose variables.
    defaultButton: isGrave ? 0 : 1
  });
  return button.accept;
}
