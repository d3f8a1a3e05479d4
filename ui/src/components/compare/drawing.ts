// A picture that came as text becomes an element of the page. It is parsed as XML, never as HTML, and taken only where it
// is nothing but shapes and words: what could run, load or style anything makes the whole of it refused.

const SVG = 'http://www.w3.org/2000/svg';

const SHAPES = new Set(
  'svg g title desc defs line path rect circle ellipse polygon polyline text tspan clipPath'.split(' '),
);
const PLACES = new Set(
  (
    'class role viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d points transform dx dy id clip-path ' +
    'text-anchor aria-label aria-hidden aria-labelledby xmlns preserveAspectRatio'
  ).split(' '),
);

const isHarmless = (element: Element): boolean =>
  element.namespaceURI === SVG &&
  SHAPES.has(element.localName) &&
  [...element.attributes].every(
    ({ name, value }) => PLACES.has(name) && (name !== 'clip-path' || /^url\(#[\w-]+\)$/.test(value)),
  );

/** The picture, for this document; null where it is none, or more than one. */
export function drawingOf(svg: string): SVGSVGElement | null {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (root.localName !== 'svg' || root.querySelector('parsererror')) return null;
  if (![root, ...root.querySelectorAll('*')].every(isHarmless)) return null;
  return document.importNode(root, true) as unknown as SVGSVGElement;
}
