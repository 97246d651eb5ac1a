import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Whether the user really wants a new total: the old one is not shown again. */
export async function confirmReset(trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Start a new total?'),
    body: trans.__(
      'The total and the list of cells begin again at nothing. What the notebook and the ledger have recorded stays.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Start New Total') })
    ]
  });
  return button.accept;
}
