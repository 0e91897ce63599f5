//! One type with every form that a field can have, as the generator emits it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use lavka_runtime::DateOptionalTime;
use lavka_runtime::xml::{
    FromXml, Reader, Tag, ToXml, Writer, XmlError, tag, xml_integer_enum, xml_string_enum,
};
use lavka_runtime::{Maybe, Secret};
use lavka_runtime::{Unknown, integer_enum, string_enum};
use rust_decimal::Decimal;

/// A type with every form of field.
#[derive(Clone, Debug, PartialEq)]
pub struct Forms {
    pub kind: String,          // attribute, required
    pub note: Option<String>,  // attribute, optional
    pub id: i64,               // required
    pub parent: Option<i32>,   // required, nullable
    pub ratio: Option<f64>,    // optional; null is an error
    pub price: Maybe<Decimal>, // three states
    pub weight: Option<f32>,   // optional; null means absent
    pub hidden: Option<bool>,
    pub day: Option<NaiveDate>,
    pub made: Option<DateTime<FixedOffset>>,
    pub delivery: Option<DateOptionalTime>,
    pub token: Option<Secret>,
    pub locale: Option<Locale>,     // open enum of strings
    pub owner: Option<Owner>,       // open enum of integers
    pub money: Option<Money>,       // struct
    pub tags: Vec<String>,          // repeated, required
    pub links: Option<Vec<Money>>,  // repeated, optional
    pub names: Maybe<Vec<String>>,  // repeated, three states
    pub codes: Option<Vec<i64>>,    // repeated; null means absent
    pub lines: Vec<Money>,          // wrapped, required
    pub sizes: Option<Vec<i64>>,    // wrapped, required, nullable
    pub marks: Option<Vec<i64>>,    // wrapped, optional
    pub areas: Maybe<Vec<i64>>,     // wrapped, three states
    pub hints: Option<Vec<String>>, // wrapped; null means absent
    pub message: Option<Message>,   // untagged: a text or a list
    pub children: Vec<Forms>,       // recursive
    pub foreign: Option<String>,    // in a namespace
}

// First the tags, in documented order: one table for the elements of a type, one
// static for each attribute, one table of one for the items of each wrapped list.
static FORMS: [Tag; 25] = [
    tag!("id", "integer"),
    tag!("parent", "integer"),
    tag!("ratio", "float"),
    tag!("price", "decimal"),
    tag!("weight", "float"),
    tag!("hidden", "boolean"),
    tag!("day", "date"),
    tag!("made", "timestamp"),
    tag!("delivery"),
    tag!("token"),
    tag!("locale"),
    tag!("owner", "integer"),
    tag!("money"),
    tag!("tag"),
    tag!("link"),
    tag!("name"),
    tag!("code", "integer"),
    tag!("lines", "array"),
    tag!("sizes", "array"),
    tag!("marks", "array"),
    tag!("areas", "array"),
    tag!("hints", "array"),
    tag!("message"),
    tag!("forms"),
    tag!("foreign", ns = "urn:other", prefix = "o"),
];
static FORMS_KIND: Tag = tag!("kind");
static FORMS_NOTE: Tag = tag!("note");
static FORMS_LINES: [Tag; 1] = [tag!("line")];
static FORMS_SIZES: [Tag; 1] = [tag!("size", "integer")];
static FORMS_MARKS: [Tag; 1] = [tag!("mark", "integer")];
static FORMS_AREAS: [Tag; 1] = [tag!("area", "integer")];
static FORMS_HINTS: [Tag; 1] = [tag!("hint")];

impl FromXml for Forms {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        // attributes, before anything else
        let element = r.element();
        let mut kind = None;
        let mut note = None;
        r.attribute(element, &FORMS_KIND, &mut kind)?;
        r.attribute(element, &FORMS_NOTE, &mut note)?;
        // one local for each field; its type follows from the method that fills it
        let mut id = None;
        let mut parent = Maybe::Absent;
        let mut ratio = None;
        let mut price = Maybe::Absent;
        let mut weight = None;
        let mut hidden = None;
        let mut day = None;
        let mut made = None;
        let mut delivery = None;
        let mut token = None;
        let mut locale = None;
        let mut owner = None;
        let mut money = None;
        let mut tags = Vec::new();
        let mut links = None;
        let mut names = Maybe::Absent;
        let mut codes = None;
        let mut lines = None;
        let mut sizes = Maybe::Absent;
        let mut marks = None;
        let mut areas = Maybe::Absent;
        let mut hints = None;
        let mut message_text = None;
        let mut message_items = None;
        let mut children_ = Vec::new();
        let mut foreign = None;
        let mut children = r.children(&FORMS);
        while let Some(index) = children.next(r)? {
            match index {
                0 => r.value(&mut id)?,
                1 => r.maybe(&mut parent)?,
                2 => r.value(&mut ratio)?,
                3 => r.maybe(&mut price)?,
                4 => r.lenient(&mut weight)?,
                5 => r.value(&mut hidden)?,
                6 => r.value(&mut day)?,
                7 => r.value(&mut made)?,
                8 => r.value(&mut delivery)?,
                9 => r.value(&mut token)?,
                10 => r.value(&mut locale)?,
                11 => r.value(&mut owner)?,
                12 => r.value(&mut money)?,
                13 => r.repeated(&mut tags)?,
                14 => r.repeated_value(&mut links)?,
                15 => r.repeated_maybe(&mut names)?,
                16 => r.repeated_lenient(&mut codes)?,
                17 => r.wrapped(&mut lines, &FORMS_LINES)?,
                18 => r.wrapped_maybe(&mut sizes, &FORMS_SIZES)?,
                19 => r.wrapped(&mut marks, &FORMS_MARKS)?,
                20 => r.wrapped_maybe(&mut areas, &FORMS_AREAS)?,
                21 => r.wrapped_lenient(&mut hints, &FORMS_HINTS)?,
                22 if r.has_children() => r.repeated_value(&mut message_items)?,
                22 => r.value(&mut message_text)?,
                23 => r.repeated(&mut children_)?,
                _ => r.value(&mut foreign)?,
            }
        }
        Ok(Self {
            kind: r.present_attribute(element, kind, &FORMS_KIND)?,
            note,
            id: r.present(id, &FORMS[0])?,
            parent: r.present_nullable(parent, &FORMS[1])?,
            ratio,
            price,
            weight,
            hidden,
            day,
            made,
            delivery,
            token,
            locale,
            owner,
            money,
            tags,
            links,
            names,
            codes,
            lines: r.present(lines, &FORMS[17])?,
            sizes: r.present_nullable(sizes, &FORMS[18])?,
            marks,
            areas,
            hints,
            message: match (message_items, message_text) {
                (Some(items), _) => Some(Message::Localized(items)),
                (None, Some(text)) => Some(Message::Text(text)),
                (None, None) => None,
            },
            children: children_,
            foreign,
        })
    }
}

impl ToXml for Forms {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        w.attribute(&FORMS_KIND, &self.kind)?;
        w.attribute_optional(&FORMS_NOTE, &self.note)?;
        w.field(&FORMS[0], &self.id)?;
        w.nullable(&FORMS[1], &self.parent)?;
        w.optional(&FORMS[2], &self.ratio)?;
        w.maybe(&FORMS[3], &self.price)?;
        w.optional(&FORMS[4], &self.weight)?;
        w.optional(&FORMS[5], &self.hidden)?;
        w.optional(&FORMS[6], &self.day)?;
        w.optional(&FORMS[7], &self.made)?;
        w.optional(&FORMS[8], &self.delivery)?;
        w.optional(&FORMS[9], &self.token)?;
        w.optional(&FORMS[10], &self.locale)?;
        w.optional(&FORMS[11], &self.owner)?;
        w.optional(&FORMS[12], &self.money)?;
        w.repeated(&FORMS[13], &self.tags)?;
        w.repeated_optional(&FORMS[14], &self.links)?;
        w.repeated_maybe(&FORMS[15], &self.names)?;
        w.repeated_optional(&FORMS[16], &self.codes)?;
        w.wrapped(&FORMS[17], &FORMS_LINES, &self.lines)?;
        w.wrapped_nullable(&FORMS[18], &FORMS_SIZES, &self.sizes)?;
        w.wrapped_optional(&FORMS[19], &FORMS_MARKS, &self.marks)?;
        w.wrapped_maybe(&FORMS[20], &FORMS_AREAS, &self.areas)?;
        w.wrapped_optional(&FORMS[21], &FORMS_HINTS, &self.hints)?;
        match &self.message {
            Some(Message::Text(text)) => w.field(&FORMS[22], text)?,
            Some(Message::Localized(items)) => w.repeated(&FORMS[22], items)?,
            None => {}
        }
        w.repeated(&FORMS[23], &self.children)?;
        w.optional(&FORMS[24], &self.foreign)
    }
}

/// An element's own text beside an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    pub currency: Option<String>,
    pub amount: Decimal,
}

static MONEY_CURRENCY: Tag = tag!("currency");

impl FromXml for Money {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        let element = r.element();
        let mut currency = None;
        r.attribute(element, &MONEY_CURRENCY, &mut currency)?;
        // the own text comes last: it reads up to the end of the element
        let mut amount = None;
        r.value(&mut amount)?;
        Ok(Self {
            currency,
            amount: r.present_text(element, amount)?,
        })
    }
}

impl ToXml for Money {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        w.attribute_optional(&MONEY_CURRENCY, &self.currency)?;
        self.amount.to_xml(w)
    }
}

/// A text, or one element for each language.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Text(String),
    Localized(Vec<Localized>),
}

/// A text in a language.
#[derive(Clone, Debug, PartialEq)]
pub struct Localized {
    pub locale: Option<Locale>,
    pub value: Option<String>,
}

static LOCALIZED: [Tag; 2] = [tag!("locale"), tag!("value")];

impl FromXml for Localized {
    fn from_xml(r: &mut Reader<'_>) -> Result<Self, XmlError> {
        let mut locale = None;
        let mut value = None;
        let mut children = r.children(&LOCALIZED);
        while let Some(index) = children.next(r)? {
            match index {
                0 => r.value(&mut locale)?,
                _ => r.value(&mut value)?,
            }
        }
        Ok(Self { locale, value })
    }
}

impl ToXml for Localized {
    fn to_xml(&self, w: &mut Writer) -> Result<(), XmlError> {
        w.optional(&LOCALIZED[0], &self.locale)?;
        w.optional(&LOCALIZED[1], &self.value)
    }
}

xml_string_enum! { Locale }
xml_integer_enum! { Owner }

/// An open enum of strings.
#[derive(Clone, Debug, PartialEq)]
pub enum Locale {
    RuRu,
    EnUs,
    Unknown(Unknown<Self>),
}

string_enum! { Locale { RuRu = "ru-RU", EnUs = "en-US" } }

/// An open enum of integers.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    Store,
    Market,
    Unknown(Unknown<Self>),
}

integer_enum! { Owner { Store = 0, Market = 1 } }
