import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Widget } from '@lumino/widgets';

/** What the shells of JupyterLab and Notebook 7 have in common, beyond what is promised. */
interface ISideBars extends JupyterFrontEnd.IShell {
  collapseLeft?(): void;
  collapseRight?(): void;
}

/** Show a panel that stands in a side bar, or fold up that side bar if it is in view. */
export function togglePanel(shell: ISideBars, panel: Widget): void {
  if (!panel.isVisible) {
    shell.activateById(panel.id);
  } else if ([...shell.widgets('left')].includes(panel)) {
    shell.collapseLeft?.();
  } else {
    shell.collapseRight?.();
  }
}
