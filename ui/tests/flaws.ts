// What nobody may see: text cut off, or a window that scrolls sideways. Runs inside the page.

export function flaws(): string[] {
  const found: string[] = [];

  function nameOf(element: Element): string {
    const words = (element.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 50);
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> “${words}”`;
  }

  function overflows(element: Element): void {
    const { overflowX, overflowY, contain } = getComputedStyle(element);
    const cuts = /strict|content|paint/.test(contain);
    const wide = element.scrollWidth > element.clientWidth + 1;
    const tall = element.scrollHeight > element.clientHeight + 1;
    const hides = (overflow: string): boolean => cuts || overflow === 'hidden' || overflow === 'clip';
    // An address may be longer than any field: it scrolls there, as in every browser.
    if (element.matches('input[inputmode=url]')) return;
    if (wide && (hides(overflowX) || overflowX !== 'visible')) found.push(`too wide: ${nameOf(element)}`);
    if (tall && hides(overflowY)) found.push(`too tall: ${nameOf(element)}`);
  }

  /** A select does not say that its text is cut off; one with that option alone says how wide it would be. */
  function selectCuts(select: HTMLSelectElement): void {
    for (const option of select.options) {
      const alone = select.cloneNode() as HTMLSelectElement;
      alone.append(option.cloneNode(true));
      alone.style.cssText = 'position: absolute; width: auto';
      select.parentElement?.append(alone);
      if (alone.offsetWidth > select.offsetWidth + 1) found.push(`option cut off: “${option.text}”`);
      alone.remove();
    }
  }

  /** The texts of a node of the chart stay inside it and out of each other's way. */
  function nodeCuts(node: Element): void {
    const box = node.querySelector('.box')?.getBoundingClientRect();
    if (!box) return;
    const texts = [...node.querySelectorAll('text')].map((text) => ({
      text,
      rect: text.getBoundingClientRect(),
    }));
    for (const { text, rect } of texts) {
      if (rect.left < box.left || rect.right > box.right) found.push(`out of its node: ${nameOf(text)}`);
    }
    texts.forEach((a, index) => {
      for (const b of texts.slice(index + 1)) {
        const beside = Math.min(a.rect.right, b.rect.right) > Math.max(a.rect.left, b.rect.left);
        const shared = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
        // Lines of text stand closer than the boxes around them.
        if (beside && shared > 0.4 * Math.min(a.rect.height, b.rect.height)) {
          found.push(`on top of each other: ${nameOf(a.text)} and ${nameOf(b.text)}`);
        }
      }
    });
  }

  /** Marks of an axis stand side by side. */
  function marksCollide(scale: Element): void {
    const marks = [...scale.querySelectorAll('.tick')];
    marks.slice(1).forEach((mark, index) => {
      const before = marks[index]?.getBoundingClientRect();
      if (before && before.right > mark.getBoundingClientRect().left) found.push(`collides: ${nameOf(mark)}`);
    });
  }

  /** What stands beside and below each other keeps to its own place. */
  function leavesItsPlace(area: Element): void {
    if (area.scrollHeight > area.clientHeight + 1) found.push(`out of its place: ${nameOf(area)}`);
  }

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth - clientWidth} px too wide`);
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('.visually-hidden, svg') || element.clientWidth === 0) continue;
    overflows(element);
  }
  document.querySelectorAll('select').forEach(selectCuts);
  document.querySelectorAll('[data-testid^="node-"]').forEach(nodeCuts);
  document.querySelectorAll('.scale').forEach(marksCollide);
  document.querySelectorAll('main > *:not(.visually-hidden)').forEach(leavesItsPlace);
  return found;
}

/** Texts that are to be seen and are smaller than that, in pixels. Runs inside the page. */
export function smallTexts(least: number): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: string[] = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent?.trim();
    if (!words || !element || element.closest('.visually-hidden, script, style')) continue;
    const { fontSize, opacity } = getComputedStyle(element);
    const scale = element instanceof SVGGraphicsElement ? (element.getScreenCTM()?.a ?? 1) : 1;
    const size = parseFloat(fontSize) * scale;
    if (opacity !== '0' && size < least) found.push(`${size.toFixed(1)} px: “${words}”`);
  }
  return found;
}
