import { Signal, type ISignal } from '@lumino/signaling';

import type { Refusal } from './insertion';
import type { Suggestion } from './protocol';

/** What Python says when it is interrupted. */
const STOPPED = 'KeyboardInterrupt';

/** Words of a kernel's are shown up to here. */
const LONG = 1000;

/** For what a suggestion is dismissed: its rule is not to speak of this cell, in this notebook, or at all. */
export type Scope = 'cell' | 'notebook' | 'always';

/** What came of the last thing that the user did with a suggestion. */
export type Outcome =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string }
  /** In the kernel's words. */
  | { readonly kind: 'measured'; readonly text: string }
  | { readonly kind: 'edited' | 'inserted' }
  | { readonly kind: 'refused'; readonly why: Refusal };

/**
 * What became of a notebook's suggestions as long as the page lives: dismissed, or being measured.
 */
export class SuggestionMemory {
  /** Emitted after each change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The suggestion whose measurement was begun here. */
  get measuring(): string | null {
    return this._measuring;
  }

  /** What came of the last thing that was done, with the id of the suggestion. */
  get outcome(): (Outcome & { readonly id: string }) | null {
    return this._outcome;
  }

  /** Whether those that were dismissed are shown all the same. */
  get showsDismissed(): boolean {
    return this._showsDismissed;
  }

  /** Keep what was done, or could not be. */
  note(id: string, outcome: Outcome): void {
    this._outcome = { ...outcome, id };
    this._changed.emit();
  }

  /**
   * Split suggestions into those to be shown and those that were dismissed.
   *
   * The kernel no longer tells the latter once it has heard of it: they are held here.
   */
  sort(told: readonly Suggestion[]): { shown: Suggestion[]; dismissed: Suggestion[] } {
    const shown = told.filter(suggestion => !this._isDismissed(suggestion));
    const dismissed = new Map(this._held);
    for (const suggestion of told) {
      if (this._isDismissed(suggestion)) {
        dismissed.set(suggestion.id, suggestion);
      }
    }
    return { shown, dismissed: [...dismissed.values()] };
  }

  /** Hide what this rule says, of this cell or at all. */
  dismiss(suggestion: Suggestion, scope: Scope): void {
    this._held.set(suggestion.id, suggestion);
    this._dismissed.add(scope === 'cell' ? keyOf(suggestion) : suggestion.rule);
    this._changed.emit();
  }

  /** Show those that were dismissed, or hide them again. */
  toggleDismissed(): void {
    this._showsDismissed = !this._showsDismissed;
    this._changed.emit();
  }

  /** Another life of the kernel numbers its cells anew: what was done with those of the last one is over. */
  follow(boot: string | null): void {
    if (boot === null || boot === this._boot) {
      return;
    }
    const isFirst = this._boot === null;
    this._boot = boot;
    if (!isFirst) {
      this._dismissed.clear();
      this._held.clear();
      this._outcome = null;
      this._showsDismissed = false;
      this._changed.emit();
    }
  }

  /** Keep in mind that a suggestion is being measured until that is done. */
  async measure(id: string, run: () => Promise<string | null>): Promise<void> {
    if (this._measuring !== null) {
      return;
    }
    this._measuring = id;
    this._outcome = null;
    this._changed.emit();
    try {
      const text = await run();
      this._outcome = text === null ? null : { kind: 'measured', text: inOneLine(text), id };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this._outcome = reason.startsWith(STOPPED)
        ? { kind: 'stopped', id }
        : { kind: 'failed', reason, id };
    } finally {
      this._measuring = null;
      this._changed.emit();
    }
  }

  private _isDismissed(suggestion: Suggestion): boolean {
    return this._dismissed.has(suggestion.rule) || this._dismissed.has(keyOf(suggestion));
  }

  private _boot: string | null = null;
  private readonly _changed = new Signal<this, void>(this);
  /** Rules, and rules with a cell. */
  private readonly _dismissed = new Set<string>();
  private readonly _held = new Map<string, Suggestion>();
  private _measuring: string | null = null;
  private _outcome: (Outcome & { readonly id: string }) | null = null;
  private _showsDismissed = false;
}

/** A kernel's words are broken into lines for a screen of its own. */
function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONG ? `${line.slice(0, LONG - 1)}…` : line;
}

function keyOf({ rule, execution_count }: Suggestion): string {
  return `${execution_count} ${rule}`;
}

/** What makes an id safe to stand in a line of code. */
const SAFE_ID = /^[\w.:-]{1,64}$/;

/** The line that measures a suggestion; null for an id that is no mere name. */
export function codeToMeasure(id: string): string | null {
  return SAFE_ID.test(id) ? `%carbon try ${id}` : null;
}

/** The line that has a kernel say it no more; null as above. */
export function codeToDismiss(id: string, scope: Scope): string | null {
  const option = { cell: '', notebook: ' --notebook', always: ' --always' }[scope];
  return SAFE_ID.test(id) ? `%carbon dismiss ${id}${option}` : null;
}
