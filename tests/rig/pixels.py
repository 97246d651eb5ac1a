"""What a canvas shows: how many of its pixels have a colour."""

from __future__ import annotations

from playwright.sync_api import Locator

_COUNT = """(element, variables) => {
  const canvases = [];
  const descend = node => {
    if (node instanceof HTMLCanvasElement) {
      canvases.push(node);
    }
    for (const child of [...node.children, ...(node.shadowRoot?.children ?? [])]) {
      descend(child);
    }
  };
  descend(element);
  const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const style = getComputedStyle(element);
  const wanted = variables.map(name => {
    probe.fillStyle = style.getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data].join();
  });
  const counts = variables.map(() => 0);
  for (const canvas of canvases) {
    if (canvas.width && canvas.height) {
      // The browser complains of a canvas of the page that is read again and again.
      const { width, height } = canvas;
      Object.assign(probe.canvas, { width, height });
      probe.drawImage(canvas, 0, 0);
      const { data } = probe.getImageData(0, 0, width, height);
      for (let i = 0; i < data.length; i += 4) {
        const index = wanted.indexOf(data.slice(i, i + 4).join());
        if (index >= 0) {
          counts[index]++;
        }
      }
    }
  }
  return Object.fromEntries(variables.map((name, i) => [name, [counts[i], wanted[i]]]));
}"""


def of_colours(element: Locator, *variables: str) -> dict[str, tuple[int, str]]:
    """Count the pixels of the canvases in an element that have exactly the colour of a CSS variable.

    Returns
    -------
    dict
        By variable the count and the colour as "red,green,blue,alpha".
    """
    counted: dict[str, tuple[int, str]] = element.evaluate(_COUNT, list(variables))
    return {name: (count, colour) for name, (count, colour) in counted.items()}
