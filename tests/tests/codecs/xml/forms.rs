//! Every form of field, read and written.

use crate::support::every_form::{Forms, Locale, Localized, Message, Money, Owner};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use lavka_random::Random;
use lavka_runtime::DateOptionalTime;
use lavka_runtime::xml::{Dialect, Limits, Tag, decode, encode, tag};
use lavka_runtime::{Maybe, Secret};
use rust_decimal::Decimal;

const ROOT: &[Tag] = &[tag!("forms")];

fn read(text: &str, dialect: Dialect) -> Result<Forms, String> {
    decode(text.as_bytes(), None, ROOT, dialect, &Limits::DEFAULT).map_err(|e| e.to_string())
}

const FULL: &str = r#"<forms kind="a &amp; b" note='x"y'><id type="integer">7</id><parent type="integer" nil="true"/><ratio type="float">0.5</ratio><price type="decimal">740.50</price><weight type="float">1.5</weight><hidden type="boolean">true</hidden><day type="date">2017-10-10</day><made type="timestamp">2009-06-04 14:22:34 +0400</made><delivery>2017-10-10T12:30</delivery><token>hush</token><locale>ru-RU</locale><owner type="integer">5</owner><money currency="RUB">15</money><tag>one</tag><link currency="EUR">1</link><tag>two</tag><name>n</name><code type="integer">1</code><code type="integer">2</code><lines type="array"><line>1</line><line currency="UAH">2</line></lines><sizes type="array" nil="true"/><marks type="array"/><areas type="array"><area type="integer">1</area></areas><hints type="array"><hint>h</hint></hints><message><locale>en-US</locale><value>v</value></message><message><locale>xx</locale></message><forms kind="c"><id type="integer">8</id><parent type="integer">7</parent><lines type="array"/><sizes type="array"/></forms><q:foreign xmlns:q="urn:other">f</q:foreign></forms>"#;

#[test]
fn all_forms_both_ways() {
    for dialect in [Dialect::Plain, Dialect::Trimmed, Dialect::Rails] {
        let text = match dialect {
            Dialect::Rails => FULL.to_owned(),
            _ => FULL.replace("nil=", "i:nil=").replace(
                "<forms kind=\"a",
                "<forms xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" kind=\"a",
            ),
        };
        let value = read(&text, dialect).unwrap();
        assert_eq!(value.kind, "a & b");
        assert_eq!(value.note.as_deref(), Some("x\"y"));
        assert_eq!(
            (value.id, value.parent, value.sizes.clone()),
            (7, None, None)
        );
        assert_eq!(value.tags, ["one", "two"]);
        assert_eq!(value.codes, Some(vec![1, 2]));
        assert_eq!(value.foreign.as_deref(), Some("f"));
        assert_eq!(value.children.len(), 1);
        assert_eq!(value.children[0].parent, Some(7));
        assert!(matches!(&value.message, Some(Message::Localized(l)) if l.len() == 2));
        let written = encode(&ROOT[0], &value, dialect).unwrap();
        let again = read(std::str::from_utf8(&written).unwrap(), dialect).unwrap();
        assert_eq!(again, value, "{}", String::from_utf8_lossy(&written));
    }
}

/// Random values over all that XML can carry.
struct Any(Random);

impl Any {
    fn option<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.0.below(2) == 0).then(|| make(self))
    }
    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Maybe<T> {
        match self.0.below(3) {
            0 => Maybe::Absent,
            1 => Maybe::Null,
            _ => Maybe::Value(make(self)),
        }
    }
    fn list<T>(&mut self, least: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..least + self.0.below(3)).map(|_| make(self)).collect()
    }
    fn text(&mut self) -> String {
        const PIECES: &[&str] = &[
            " ",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "<",
            ">",
            "&",
            "]]>",
            "\"",
            "'",
            "a",
            "слово",
            "𝄞",
            "&amp;",
            "<b>",
            "\u{85}",
            "\u{fffd}",
            "-",
            "0",
        ];
        (0..self.0.below(6)).map(|_| *self.0.pick(PIECES)).collect()
    }
    fn integer(&mut self) -> i64 {
        let all = self.0.next().cast_signed();
        match self.0.below(4) {
            0 => all,
            1 => i64::MIN,
            2 => all % 1000,
            _ => all >> self.0.below(60),
        }
    }
    fn decimal(&mut self) -> Decimal {
        let scale = u32::try_from(self.0.below(29)).unwrap();
        Decimal::from_i128_with_scale(i128::from(self.integer()) * 3, scale)
    }
    fn float(&mut self) -> f64 {
        let float = f64::from_bits(self.0.next());
        if float.is_finite() { float } else { 0.25 }
    }
    fn day(&mut self) -> NaiveDate {
        let days = i32::try_from(self.0.below(3_652_000)).unwrap();
        NaiveDate::from_num_days_from_ce_opt(days + 1).unwrap()
    }
    fn time(&mut self) -> NaiveTime {
        let nano = [0, 500_000_000, 1, 123_456_700][self.0.below(4)];
        let second = [0, 30][self.0.below(2)];
        NaiveTime::from_hms_nano_opt(23, 5, second, nano).unwrap()
    }
    fn moment(&mut self) -> DateTime<FixedOffset> {
        let offset =
            FixedOffset::east_opt(60 * (i32::try_from(self.0.below(1400)).unwrap() - 700)).unwrap();
        let local = self.day().and_time(self.time());
        // one day from either end, so that the offset keeps the year
        local.and_local_timezone(offset).single().unwrap()
    }
    fn locale(&mut self) -> Locale {
        match self.0.below(3) {
            0 => Locale::RuRu,
            1 => Locale::EnUs,
            _ => Locale::from("x & y"),
        }
    }
    fn money(&mut self) -> Money {
        Money {
            currency: self.option(Self::text),
            amount: self.decimal(),
        }
    }
    fn forms(&mut self, depth: usize) -> Forms {
        Forms {
            kind: self.text(),
            note: self.option(Self::text),
            id: self.integer(),
            parent: self.option(|a| i32::try_from(a.integer() >> 32).unwrap()),
            ratio: self.option(Self::float),
            price: self.maybe(Self::decimal),
            weight: self.option(|a| a.float() as f32).filter(|w| w.is_finite()),
            hidden: self.option(|a| a.0.below(2) == 0),
            day: self.option(Self::day),
            made: self.option(Self::moment),
            delivery: self.option(|a| DateOptionalTime {
                date: a.day(),
                time: a.option(Self::time),
                offset: None,
            }),
            token: self.option(|a| Secret::new(a.text())),
            locale: self.option(Self::locale),
            owner: self.option(|a| match a.0.below(3) {
                0 => Owner::Store,
                1 => Owner::Market,
                _ => Owner::from(a.integer() | 2),
            }),
            money: self.option(Self::money),
            tags: self.list(0, Self::text),
            // an empty repeated list is not a list on the wire
            links: self.option(|a| a.list(1, Self::money)),
            names: self.maybe(|a| a.list(1, Self::text)),
            codes: self.option(|a| a.list(1, Self::integer)),
            lines: self.list(0, Self::money),
            sizes: self.option(|a| a.list(0, Self::integer)),
            marks: self.option(|a| a.list(0, Self::integer)),
            areas: self.maybe(|a| a.list(0, Self::integer)),
            hints: self.option(|a| a.list(0, Self::text)),
            message: self.option(|a| match a.0.below(2) {
                0 => Message::Text(a.text()),
                _ => Message::Localized(a.list(1, |a| Localized {
                    locale: Some(a.locale()),
                    value: a.option(Self::text),
                })),
            }),
            children: if depth == 0 {
                Vec::new()
            } else {
                self.list(0, |a| a.forms(depth - 1))
            },
            foreign: self.option(Self::text),
        }
    }
}

#[test]
fn every_value_survives_in_every_dialect() {
    let mut any = Any(Random::new(1));
    for _ in 0..1500 {
        let value = any.forms(2);
        for dialect in [Dialect::Plain, Dialect::Trimmed, Dialect::Rails] {
            let written = encode(&ROOT[0], &value, dialect).unwrap();
            let text = std::str::from_utf8(&written).unwrap();
            roxmltree::Document::parse(text).unwrap();
            assert_eq!(read(text, dialect).as_ref(), Ok(&value), "{text}");
        }
    }
}
