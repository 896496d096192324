import { currencyCodes } from './numbers.js';

/** Units that people write beside numbers: two of them in one column are not one unit. */
const units = new Set(
  (
    '% ‰ kg g mg t lb lbs oz m cm mm km in inch inches ft feet yd mi mile miles l ml cl dl gal s sec secs ms min mins h hr hrs hour hours day days ' +
    'week weeks month months year years yr yrs mph kmh km/h m/s hz khz mhz ghz kb mb gb tb kib mib gib kw mw kwh mwh k bn mn mio mrd thousand million billion ' +
    'trillion cr dr °c °f € $ £ ¥ m² m2 m³ m3 km² ha acres sqft kcal cal j kj pa kpa hpa bar psi euro euros dollar dollars kr fr rs people persons'
  ).split(' '),
);

/** Whether the text is a unit or a currency that people write beside numbers. */
export function isUnit(unit: string): boolean {
  if (unit === '' || /\p{Sc}/u.test(unit) || unit === 'M' || unit === 'K') return true;
  const first = unit.split(' ')[0].replace(/\.$/, '');
  return currencyCodes.includes(first) || units.has(first.toLowerCase());
}
