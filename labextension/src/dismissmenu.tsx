import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Scope } from './suggestionmemory';

/** What the menu is given. */
interface IDismissMenuProps {
  /** Whether the suggestion is about one cell. */
  isOfCell: boolean;
  dismiss: (scope: Scope) => void;
  trans: TranslationBundle;
}

/** Asks for what a suggestion is dismissed: a button with a small menu. */
export function DismissMenu({ isOfCell, dismiss, trans }: IDismissMenuProps): React.JSX.Element {
  const [isOpen, setOpen] = React.useState(false);
  const button = React.useRef<HTMLButtonElement>(null);
  const menu = React.useRef<HTMLDivElement>(null);
  const id = React.useId();
  React.useEffect(() => {
    if (isOpen) {
      menu.current?.scrollIntoView({ block: 'nearest' });
      items(menu.current)[0]?.focus();
    }
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const choices: [Scope, string][] = [
    ['cell', isOfCell ? trans.__('For this cell') : trans.__('For now')],
    ['notebook', trans.__('For this notebook')],
    ['always', trans.__('For good')]
  ];
  return (
    <span
      className="jp-green-dismiss"
      onBlur={event => {
        if (!event.currentTarget.contains(event.relatedTarget)) {
          setOpen(false);
        }
      }}
    >
      <button
        ref={button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            setOpen(true);
          }
        }}
      >
        {trans.__('Dismiss')} <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <div
          ref={menu}
          id={id}
          role="menu"
          aria-label={trans.__('Dismiss')}
          className="jp-green-menu"
          // Focus stays inside where a browser gives none to what is pressed.
          onMouseDown={event => event.preventDefault()}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              event.stopPropagation();
              close();
            } else if (move(menu.current, event.key)) {
              event.preventDefault();
              event.stopPropagation();
            }
          }}
        >
          {choices.map(([scope, label]) => (
            <button key={scope} role="menuitem" tabIndex={-1} onClick={() => dismiss(scope)}>
              {label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}

function items(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
}

/** Move the focus as keys do in menus; false for a key that does nothing there. */
function move(menu: HTMLElement | null, key: string): boolean {
  const all = items(menu);
  const at = all.findIndex(item => item === document.activeElement);
  const next = {
    ArrowDown: (at + 1) % all.length,
    ArrowUp: (at - 1 + all.length) % all.length,
    Home: 0,
    End: all.length - 1
  }[key];
  if (next === undefined) {
    return false;
  }
  all[next]?.focus();
  return true;
}
