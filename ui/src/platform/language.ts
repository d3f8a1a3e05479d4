// In the C locale WebKitGTK names its language "C", which is no language tag: Intl throws, and with it uPlot as it loads.
// Imported before everything else.

function known(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}

if (!known(navigator.language)) {
  Object.defineProperty(navigator, 'language', { value: 'en-GB', configurable: true });
}
