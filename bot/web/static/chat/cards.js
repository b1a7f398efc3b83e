// Card numbers never leave the browser: 13 to 19 digits with an issuer's first digit and a right
// check digit (Luhn), with or without separators, become [CARD_1]. The server checks again.

const RUN = /\d(?:[\s.\-–_·/]{0,3}\d){12,}/g;
const LENGTHS = [16, 15, 19, 18, 17, 14, 13];
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10]; // first digit of scripts in use

const seen = new Map(); // number to label, in this page's memory only

/** `{text, removed}`: the text without card numbers, and how many were taken out. */
export function withoutCards(raw) {
  let removed = 0;
  const text = plainDigits(raw).replace(RUN, (run) => {
    const places = [...run.matchAll(/\d/g)].map((match) => match.index);
    const digits = run.replace(/\D/g, "");
    let out = "";
    let done = 0;
    for (let start = 0; start < digits.length; start += 1) {
      const length = cardAt(run, digits, places, start);
      if (!length) continue;
      out += `${run.slice(done, places[start])}${label(digits.slice(start, start + length))}`;
      done = places[start + length - 1] + 1;
      start += length - 1;
      removed += 1;
    }
    return out + run.slice(done);
  });
  return removed ? { text, removed } : { text: raw, removed };
}

/** The same number gets the same label, as on the server. */
function label(number) {
  if (!seen.has(number)) seen.set(number, `[CARD_${seen.size + 1}]`);
  return seen.get(number);
}

/** Whether the check digit is right. */
export function passesLuhn(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Length of the card number that starts at a digit and ends where its group ends; 0 if none. */
function cardAt(run, digits, places, start) {
  if (start && places[start - 1] === places[start] - 1) return 0;
  if (!/[2-6]/.test(digits[start])) return 0;
  const found = LENGTHS.find((length) => {
    const last = start + length - 1;
    const whole = last < digits.length && places[last + 1] !== places[last] + 1;
    return whole && passesLuhn(digits.slice(start, last + 1));
  });
  return found ?? 0;
}

function plainDigits(text) {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0);
    const zero = ZEROS.find((first) => point >= first && point < first + 10);
    return zero === undefined ? digit : String(point - zero);
  });
}
