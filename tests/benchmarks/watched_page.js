// Put into the page before any of its own code: sees when snapshots come in and figures change, how long our plugins
// take to activate, and which timers are ours. Our own files are those of the extension's folder.
(() => {
  const OURS = 'jupyter-green/static';
  const seen = { frames: [], changes: [], activated: {}, timers: [] };
  window.watched = seen;

  const Socket = window.WebSocket;
  const decoder = new TextDecoder();
  window.WebSocket = class extends Socket {
    constructor(...options) {
      super(...options);
      this.addEventListener('message', event => {
        const text = typeof event.data === 'string' ? event.data : decoder.decode(event.data);
        const date = /"comm_id": ?"[a-z-]+-feed"/.test(text) && /"date": ?"([^"]+)"/.exec(text);
        if (date) {
          seen.frames.push({ at: event.timeStamp, sent: Date.parse(date[1]) - performance.timeOrigin });
        }
      });
    }
  };

  const observer = new MutationObserver(mutations => {
    const hit = ({ target }) => (target.closest ? target : target.parentElement)?.closest('.jp-green-energy');
    if (mutations.some(hit)) {
      seen.changes.push({ at: performance.now(), frame: seen.frames.length - 1 });
    }
  });
  document.addEventListener('DOMContentLoaded', () => {
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ['data-joules'] });
  });

  const extensions = {};
  window._JUPYTERLAB = extensions;
  let container;
  Object.defineProperty(extensions, 'jupyter-green', {
    enumerable: true,
    get: () => container,
    set: value => {
      container = { init: value.init, get: async name => timed(await value.get(name)) };
    }
  });
  function timed(factory) {
    return () => {
      const exports = factory();
      for (const plugin of [exports.default ?? []].flat()) {
        const { activate } = plugin;
        if (activate && !(plugin.id in seen.activated)) {
          seen.activated[plugin.id] = null;
          plugin.activate = (...given) => {
            const before = performance.now();
            try {
              return activate(...given);
            } finally {
              seen.activated[plugin.id] = performance.now() - before;
            }
          };
        }
      }
      return exports;
    };
  }

  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback']) {
    const original = window[name];
    window[name] = (callback, ...rest) => {
      const isOurs = new Error().stack.includes(OURS);
      const noted = (...given) => {
        if (isOurs && seen.isIdle) {
          seen.timers.push(name);
        }
        return callback(...given);
      };
      return original.call(window, typeof callback === 'function' ? noted : callback, ...rest);
    };
  }
})();
