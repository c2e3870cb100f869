//! Who an invoice is made out to.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The officially assigned country codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX \
    AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK \
    CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN \
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV \
    LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI \
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC \
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR \
    TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS YE YT ZA ZM ZW \
";

/// A billing address as it was typed. A missing text is refused on its field like an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BillingForm {
    /// A person or a company.
    #[serde(default)]
    pub name: String,
    /// Street, town and what else the post needs; may have several lines.
    #[serde(default)]
    pub address: String,
    /// A code of ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country: String,
    /// A tax number; blank is none.
    #[serde(default)]
    pub tax_id: Option<String>,
}

/// A billing address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Billing {
    /// A person or a company, 1 to 200 characters, one line.
    pub name: String,
    /// 1 to 500 characters, may have several lines.
    pub address: String,
    /// A code of ISO 3166-1 alpha-2, in capitals.
    pub country: String,
    /// A tax number, 1 to 50 characters, one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
}

/// One field of a billing address that cannot be accepted as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingError {
    /// The field's name on the wire, such as `billing.name`.
    pub field: &'static str,
    /// The rule that it breaks.
    pub rule: BillingRule,
}

/// The rules for fields of a billing address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillingRule {
    /// Nothing was given.
    #[error("is required")]
    Required,
    /// More characters than this.
    #[error("has more than {longest} characters")]
    TooLong {
        /// The greatest number of characters.
        longest: usize,
    },
    /// A control or text-direction character.
    #[error("has a control character")]
    ControlCharacter,
    /// Not in ISO 3166-1.
    #[error("is not a country code such as DE")]
    UnknownCountry,
}

impl BillingError {
    /// The code on the wire.
    pub fn code(&self) -> &'static str {
        match self.rule {
            BillingRule::Required => "InvalidRequired",
            BillingRule::TooLong { .. } => "InvalidTooLong",
            BillingRule::ControlCharacter | BillingRule::UnknownCountry => "InvalidField",
        }
    }
}

impl fmt::Display for BillingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.rule)
    }
}

/// All errors in one line.
pub(crate) fn list(errors: &[BillingError]) -> String {
    errors.iter().map(BillingError::to_string).collect::<Vec<_>>().join("; ")
}

/// The address that was typed, or everything that is wrong with it.
pub(crate) fn read(form: &BillingForm) -> Result<Billing, Vec<BillingError>> {
    let mut errors = Vec::new();
    let mut keep = |field, text: Result<String, BillingRule>| {
        text.map_err(|rule| errors.push(BillingError { field, rule })).ok()
    };
    let name = keep("billing.name", line(&form.name, 200));
    let address = keep("billing.address", paragraphs(&form.address, 500));
    let country = keep("billing.country", country(&form.country));
    let tax_id = form
        .tax_id
        .as_deref()
        .filter(|text| !text.trim().is_empty())
        .and_then(|text| keep("billing.taxId", line(text, 50)));
    match (name, address, country) {
        (Some(name), Some(address), Some(country)) if errors.is_empty() => {
            Ok(Billing { name, address, country, tax_id })
        }
        _ => Err(errors),
    }
}

fn line(text: &str, longest: usize) -> Result<String, BillingRule> {
    checked(text, longest, breaks_a_line)
}

fn paragraphs(text: &str, longest: usize) -> Result<String, BillingRule> {
    checked(text, longest, |character| {
        breaks_a_line(character) && !matches!(character, '\n' | '\r' | '\t')
    })
}

fn checked(
    text: &str,
    longest: usize,
    is_forbidden: impl Fn(char) -> bool,
) -> Result<String, BillingRule> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BillingRule::Required);
    }
    if text.chars().any(is_forbidden) {
        return Err(BillingRule::ControlCharacter);
    }
    if longest < text.chars().count() {
        return Err(BillingRule::TooLong { longest });
    }
    Ok(text.to_owned())
}

fn country(text: &str) -> Result<String, BillingRule> {
    let code = text.trim().to_ascii_uppercase();
    if code.is_empty() {
        return Err(BillingRule::Required);
    }
    if !COUNTRIES.split_whitespace().any(|known| known == code) {
        return Err(BillingRule::UnknownCountry);
    }
    Ok(code)
}

/// Control characters, and those that turn the direction of a text.
fn breaks_a_line(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}
