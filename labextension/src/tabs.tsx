import * as React from 'react';

/** A tab: its name in the program, and what people read. */
export interface ITab<K extends string> {
  readonly key: K;
  readonly label: string;
}

/** What a row of tabs is given. */
export interface ITabsProps<K extends string> {
  /** Of all elements of these tabs. */
  id: string;
  label: string;
  tabs: readonly ITab<K>[];
  current: K;
  choose: (key: K) => void;
  /** What the current tab shows. */
  children: React.ReactNode;
}

/** How far each key goes; Infinity is the end. */
const STEPS: { readonly [key: string]: number } = {
  ArrowLeft: -1,
  ArrowRight: 1,
  Home: -Infinity,
  End: Infinity
};

/** Tabs as screen readers know them: one stop for the tabulator key, arrow keys between them. */
export function Tabs<K extends string>(props: ITabsProps<K>): React.JSX.Element {
  const { id, label, tabs, current, choose, children } = props;
  const buttons = React.useRef<{ [key: string]: HTMLButtonElement | null }>({});
  const move = (event: React.KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const at = tabs.findIndex(({ key }) => key === current);
      const to = Number.isFinite(step)
        ? (at + step + tabs.length) % tabs.length
        : step < 0
          ? 0
          : tabs.length - 1;
      choose(tabs[to].key);
      buttons.current[tabs[to].key]?.focus();
    }
  };
  return (
    <>
      <div className="jp-green-tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ key, label }) => (
          <button
            key={key}
            ref={button => {
              buttons.current[key] = button;
            }}
            id={`${id}-tab-${key}`}
            role="tab"
            aria-selected={key === current}
            aria-controls={`${id}-content`}
            tabIndex={key === current ? 0 : -1}
            onClick={() => choose(key)}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        className="jp-green-content"
        id={`${id}-content`}
        role="tabpanel"
        aria-labelledby={`${id}-tab-${current}`}
      >
        {children}
      </div>
    </>
  );
}
