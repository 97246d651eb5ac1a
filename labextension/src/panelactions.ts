import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from './commandids';
import { find, put, type ICodePlace } from './insertion';
import { reveal } from './reveal';
import type { IFootprints, IInsertion, IPanelActions } from './tokens';

/**
 * What the panel's user can do to the notebook or console at which they are.
 *
 * Commands belong to plugins that may be disabled, or come later: each is looked up when it is needed.
 */
export function panelActions(commands: CommandRegistry, footprints: IFootprints): IPanelActions {
  const command = (id: string) =>
    commands.hasCommand(id) ? () => void commands.execute(id) : undefined;
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
      return reply?.text ?? null;
    },
    tell: async code => {
      const reply = await footprints.control?.tell(code);
      if (reply?.error) {
        console.debug(`jupyter-green: "${code}": ${reply.error}`);
      }
    },
    interrupt: () => void footprints.currentWidget?.sessionContext.session?.kernel?.interrupt(),
    get insert() {
      const widget = footprints.currentWidget;
      return widget && 'context' in widget
        ? insertionInto(widget as unknown as NotebookPanel)
        : undefined;
    },
    shutDown: () => void footprints.currentWidget?.sessionContext.shutdown()
  };
}

function insertionInto({ content }: NotebookPanel): IInsertion {
  const found = (place: ICodePlace) =>
    content.model ? find(content.model, place, content.activeCellIndex) : 'missing';
  return {
    obstacle: place => {
      const where = found(place);
      return typeof where === 'string' ? where : null;
    },
    insert: (place, code) => {
      const where = found(place);
      if (typeof where === 'string' || !content.model) {
        return typeof where === 'string' ? where : 'missing';
      }
      put(content.model, where, code);
      content.deselectAll();
      content.activeCellIndex = where.index;
      // Where the key that undoes this does so: in the cell that was changed, or among the cells.
      content.mode = where.cell ? 'edit' : 'command';
      content.activate();
      void content.scrollToItem(where.index, 'smart');
      return null;
    }
  };
}
