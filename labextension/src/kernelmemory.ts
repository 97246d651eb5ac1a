/** Key in the tab's storage under which a metered kernel's id stands. */
const PREFIX = 'jupyter-green:metered:';

/**
 * What this tab knows about kernels beyond their connections: which were metered, and which ran before the page did.
 */
export class KernelMemory {
  /** Note the kernels that run when the page starts. */
  noteOlder(ids: Iterable<string>): void {
    for (const id of ids) {
      this._older.add(id);
    }
  }

  /** Whether the kernel ran before the page was loaded. */
  isOlder(id: string): boolean {
    return this._older.has(id);
  }

  /** Whether the kernel has told a snapshot to this tab, perhaps before a reload. */
  isMetered(id: string): boolean {
    return stored(storage => storage.getItem(PREFIX + id)) !== null;
  }

  /** The kernel told a snapshot. */
  remember(id: string): void {
    stored(storage => storage.setItem(PREFIX + id, ''));
  }

  /** The kernel's life is over: its next one may not be metered. */
  forget(id: string): void {
    this._older.delete(id);
    stored(storage => storage.removeItem(PREFIX + id));
  }

  private readonly _older = new Set<string>();
}

/** Uses the tab's storage, which a browser may refuse or have filled up. */
function stored<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(window.sessionStorage);
  } catch {
    return null;
  }
}
