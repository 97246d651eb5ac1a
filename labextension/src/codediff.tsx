import { ReactWidget, type Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { countChanges, lineDiff, type IHunk } from './linediff';

/**
 * Code that a user may edit before it is taken over, beside that for which it would stand.
 */
export class CodeDiff extends ReactWidget implements Dialog.IBodyWidget<string> {
  constructor(options: CodeDiff.IOptions) {
    super();
    this._options = options;
    this._code = options.after;
    this.addClass('jp-green-dialog');
    this.addClass(options.before === null ? 'jp-mod-insertion' : 'jp-mod-edit');
  }

  /** The code as the user left it. */
  getValue(): string {
    return this._code;
  }

  /** What the dialog shows. */
  protected override render(): React.JSX.Element {
    const { before, introduction, trans } = this._options;
    return (
      <>
        {introduction}
        <Sides
          before={before}
          code={this._code}
          edit={code => {
            this._code = code;
            this.update();
          }}
          trans={trans}
        />
      </>
    );
  }

  private _code: string;
  private readonly _options: CodeDiff.IOptions;
}

/** A namespace for CodeDiff statics. */
export namespace CodeDiff {
  /** The options of a CodeDiff. */
  export interface IOptions {
    /** The code as it is; null where there is none. */
    before: string | null;
    /** What would be in its stead. */
    after: string;
    introduction: React.ReactNode;
    trans: TranslationBundle;
  }
}

/** What the two sides are given. */
interface ISidesProps {
  before: string | null;
  code: string;
  edit: (code: string) => void;
  trans: TranslationBundle;
}

/** What is, to be read, and what would be, to be edited. */
function Sides({ before, code, edit, trans }: ISidesProps): React.JSX.Element {
  const hunks = React.useMemo(
    () => (before === null ? null : lineDiff(before, code)),
    [before, code]
  );
  const summaryId = React.useId();
  const sides = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // Long cells: begin where something changes.
    sides.current?.querySelector('.jp-mod-removed, .jp-mod-added')?.scrollIntoView({
      block: 'center'
    });
  }, []);
  return (
    <>
      <div ref={sides} className="jp-green-diff">
        {hunks && (
          <div>
            <h4>{trans.__('As it was run')}</h4>
            <pre className="jp-green-lines" tabIndex={0} aria-label={trans.__('As it was run')}>
              {hunks.map((hunk, index) => (
                <Before key={index} hunk={hunk} />
              ))}
            </pre>
          </div>
        )}
        <div>
          <h4>{hunks ? trans.__('As it would be, to be edited') : trans.__('To be edited')}</h4>
          <div className="jp-green-edit">
            {hunks && (
              <div className="jp-green-lines" aria-hidden="true">
                {hunks.flatMap(({ isSame, after }, index) =>
                  after.map((_, line) => (
                    <Line key={`${index} ${line}`} mark={isSame ? ' ' : '+'} text="" />
                  ))
                )}
              </div>
            )}
            <textarea
              value={code}
              // Its last row is for a scroll bar.
              rows={code.split('\n').length + 1}
              wrap="off"
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              aria-label={trans.__('What will be inserted')}
              aria-describedby={hunks ? summaryId : undefined}
              onChange={event => edit(event.target.value)}
            />
          </div>
        </div>
      </div>
      {hunks && (
        <p id={summaryId} className="jp-green-faint" role="status">
          {summary(hunks, trans)}
        </p>
      )}
    </>
  );
}

/** "1 line removed, 2 lines added". */
function summary(hunks: readonly IHunk[], trans: TranslationBundle): string {
  const { added, removed } = countChanges(hunks);
  return added + removed === 0
    ? trans.__('nothing is changed')
    : [
        trans._n('%1 line removed', '%1 lines removed', removed),
        trans._n('%1 line added', '%1 lines added', added)
      ].join(', ');
}

/** Lines as they are, with room where more come. */
function Before({ hunk }: { hunk: IHunk }): React.JSX.Element {
  const { after, before, isSame } = hunk;
  const room = Math.max(0, after.length - before.length);
  return (
    <>
      {before.map((text, line) => (
        <Line key={line} mark={isSame ? ' ' : '−'} text={text} />
      ))}
      {Array.from({ length: room }, (_, line) => (
        <Line key={`room ${line}`} mark="" text="" />
      ))}
    </>
  );
}

function Line({ mark, text }: { mark: '' | ' ' | '+' | '−'; text: string }): React.JSX.Element {
  const kind = { '': 'jp-mod-room', ' ': '', '+': 'jp-mod-added', '−': 'jp-mod-removed' }[mark];
  return (
    <span className={kind}>
      <i>{mark}</i>
      {`${text}\n`}
    </span>
  );
}
