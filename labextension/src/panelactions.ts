import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from './commandids';
import { reveal } from './reveal';
import type { IFootprints, IPanelActions } from './tokens';

/**
 * What the panel's user can do to the notebook or console at which they are.
 *
 * Commands belong to plugins that may be disabled, or come later: each is looked up when it is needed.
 */
export function panelActions(commands: CommandRegistry, footprints: IFootprints): IPanelActions {
  const command = (id: string) =>
    commands.hasCommand(id) ? () => void commands.execute(id) : undefined;
  const notebook = () => {
    const widget = footprints.currentWidget;
    return widget && 'context' in widget ? (widget as unknown as NotebookPanel).content : null;
  };
  return {
    reveal: cell => reveal(footprints.currentWidget, cell),
    load: () => void footprints.control?.request('load'),
    // One command for both, which knows which of them is due.
    get pause() {
      return command(CommandIDs.pause);
    },
    get resume() {
      return command(CommandIDs.pause);
    },
    get reset() {
      return command(CommandIDs.reset);
    },
    get settings() {
      return command(CommandIDs.settings);
    },
    run: async code => {
      const reply = await footprints.control?.execute(code);
      if (reply?.error) {
        throw new Error(reply.error);
      }
    },
    interrupt: () => void footprints.currentWidget?.sessionContext.session?.kernel?.interrupt(),
    get insert() {
      const target = notebook();
      return target && !target.model?.readOnly
        ? (code: string) => {
            NotebookActions.insertBelow(target);
            target.activeCell?.model.sharedModel.setSource(code);
          }
        : undefined;
    },
    shutDown: () => void footprints.currentWidget?.sessionContext.shutdown()
  };
}
