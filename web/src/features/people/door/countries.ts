/** Every country by its two letters (ISO 3166-1); their names come from the browser, in the language spoken. */
const CODES =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split(
    " ",
  );

/** Every country with its name in a language, in that language's order. */
export function countriesIn(language: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([language], { type: "region", fallback: "code" });
  const inOrder = new Intl.Collator(language);
  return CODES.map((value) => ({ value, label: names.of(value) ?? value })).sort((one, other) => inOrder.compare(one.label, other.label));
}

/** The country that the browser's languages speak of, such as IT for it-IT; "" where they speak of none. */
export function likelyCountry(languages: readonly string[] = navigator.languages): string {
  for (const tag of languages) {
    try {
      const { region } = new Intl.Locale(tag);
      if (region && CODES.includes(region)) return region;
    } catch {
      // A tag that is none says nothing.
    }
  }
  return "";
}
