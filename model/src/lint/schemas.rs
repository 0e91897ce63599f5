//! Schemas: formats, limits, patterns, money, secrets, lists without a limit, values that are nearly the same.

use std::collections::{HashMap, HashSet};

use super::pattern;
use crate::diag::{Code, Finding, nearest};
use crate::model::{Api, EnumValue, Field, Scalar, TypeDef, TypeKind, TypeRef};
use crate::normalized::{Document, Schema, Spanned, Type};
use crate::source::Origin;

/// Formats that say something about a type, and the types that they go with.
const FORMATS: &[(&str, &[Type])] = &[
    ("int32", &[Type::Integer]),
    ("int64", &[Type::Integer]),
    ("uint32", &[Type::Integer]),
    ("uint64", &[Type::Integer]),
    ("float", &[Type::Number]),
    ("double", &[Type::Number]),
    ("decimal", &[Type::Number, Type::String]),
    ("password", &[Type::String]),
    ("date", &[Type::String]),
    ("date-time", &[Type::String]),
    ("date-optional-time", &[Type::String]),
    ("rails-timestamp", &[Type::String]),
    ("binary", &[Type::String]),
    ("byte", &[Type::String]),
];

/// Formats that are documentation, so that they are not taken for misspelled ones.
const DOCUMENTATION: &[&str] = &[
    "uuid",
    "uri",
    "url",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "time",
    "duration",
    "phone",
    "html",
    "uri-template",
    "uri-reference",
    "iri",
    "idn-email",
    "idn-hostname",
    "json-pointer",
    "regex",
];

pub(super) fn check(document: &Document, api: &Api, findings: &mut Vec<Finding>) {
    for (_, schema) in document.schemas.iter() {
        format(schema, findings);
        limits(schema, findings);
        keywords(schema, findings);
        if let Some(origin) = &schema.bare_nullable {
            findings.push(
                Finding::new(
                    Code::NullableUntyped,
                    origin,
                    "`nullable` has no `type` beside it",
                )
                .help("write the type: OpenAPI 3.0 defines `nullable` for a `type` only"),
            );
        }
        undeclared(schema, findings);
        if let Some(pattern) = &schema.limits.pattern
            && let Some(fault) = pattern::fault(&pattern.value)
        {
            let message = format!("the pattern is not a regular expression: {fault}");
            findings.push(Finding::new(Code::Pattern, &pattern.origin, message));
        }
    }
    for (name, component) in &document.components {
        component_name(name, &component.origin, findings);
    }
    let mut lists = HashSet::new();
    for def in &api.types {
        match &def.kind {
            TypeKind::Struct(made) => {
                for field in &made.fields {
                    money(field, findings);
                    secret(field, findings);
                    unbounded(def, field, &mut lists, findings);
                }
            }
            TypeKind::Enum(made) => near_values(&made.values, &def.origin, findings),
            TypeKind::Union(made) if made.selection == crate::model::Selection::FirstFit => {
                let message = format!(
                    "variants of `{}` are distinguished by trying them",
                    def.name
                );
                findings.push(
                    Finding::new(Code::UnionAmbiguous, &def.origin.head(), message)
                        .help("add a `discriminator`, or a required property that is another constant in each")
                        .costs(crate::diag::Cost::Nothing),
                );
            }
            TypeKind::Union(_) => {}
        }
        if let crate::model::TypeName::Inline(path) = &def.name
            && matches!(def.kind, TypeKind::Struct(_))
            && path.len() > 3
        {
            let message = format!("an inline schema is named after its place: `{}`", def.name);
            findings.push(
                Finding::new(Code::InlineName, &def.origin.head(), message)
                    .help("make it a component, with a name of its own"),
            );
        }
    }
}

/// OpenAPI allows few characters in the name of a component.
fn component_name(name: &str, origin: &Origin, findings: &mut Vec<Finding>) {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    if !name.is_empty() && name.chars().all(allowed) {
        return;
    }
    let message = format!("`{name}` is not a valid name of a component");
    findings.push(
        Finding::new(Code::ComponentName, origin, message)
            .help("use ASCII letters, digits, `.`, `-` and `_`")
            .costs(crate::diag::Cost::Nothing),
    );
}

fn format(schema: &Schema, findings: &mut Vec<Finding>) {
    let (Some(format), Some(ty)) = (&schema.format, schema.types.single()) else {
        return;
    };
    let name = format.value.as_str();
    if let Some((_, types)) = FORMATS.iter().find(|(known, _)| *known == name) {
        if !types.contains(&ty) {
            let message = format!(
                "the format `{name}` does not apply to the type `{}`",
                ty.as_str()
            );
            let words: Vec<&str> = types.iter().map(|ty| ty.as_str()).collect();
            findings.push(
                Finding::new(Code::FormatWrong, &format.origin, message)
                    .help(format!(
                        "use it with `type: {}`",
                        words.join("` or `type: ")
                    ))
                    .costs(crate::diag::Cost::Nothing),
            );
        }
        return;
    }
    // What the format of a number says, its type must hold; that of a text may well be for people only.
    let number = matches!(ty, Type::Number | Type::Integer);
    if !number && DOCUMENTATION.contains(&name) {
        return;
    }
    let ours: Vec<&str> = FORMATS
        .iter()
        .filter(|(_, types)| types.contains(&ty))
        .map(|(name, _)| *name)
        .collect();
    let help = match nearest(name, ours.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if number => format!(
            "`type: {}` has the formats `{}`",
            ty.as_str(),
            ours.join("`, `")
        ),
        None => return,
    };
    let message = format!("the format `{name}` is documentation only");
    findings.push(Finding::new(Code::FormatNear, &format.origin, message).help(help));
}

/// Keywords that do not apply to the type, or that are missing.
fn keywords(schema: &Schema, findings: &mut Vec<Finding>) {
    let types = schema.types.value;
    let mut report = |code: Code, origin: &Origin, message: String, help: &str| {
        let finding = Finding::new(code, origin, message).costs(crate::diag::Cost::Nothing);
        findings.push(if help.is_empty() {
            finding
        } else {
            finding.help(help)
        });
    };
    if schema.typed {
        let words: Vec<&str> = types.without(Type::Null).iter().map(Type::as_str).collect();
        let words = words.join("` or `");
        let foreign = [
            ("properties", !schema.properties.is_empty(), Type::Object),
            (
                "required",
                !schema.required_undeclared.is_empty(),
                Type::Object,
            ),
            ("items", schema.items.is_some(), Type::Array),
        ];
        for (key, there, of) in foreign {
            // What entries of `allOf` say of the type is compared where they are merged.
            if there && !types.has(of) && schema.all_of.is_empty() {
                let message = format!("`{key}` does not apply to type `{words}`");
                report(
                    Code::Limits,
                    &schema.origin.head(),
                    message,
                    "remove it, or change the type",
                );
            }
        }
        let bare =
            schema.items.is_none() && schema.prefix_items.is_empty() && schema.values.is_none();
        if types.single() == Some(Type::Array) && bare {
            let message = "`items` of an array is missing: any value is read".to_owned();
            report(
                Code::MissingKey,
                &schema.types.origin,
                message,
                "say what the list holds",
            );
        }
    } else if schema.all_of.is_empty() && schema.values.is_none() {
        let of = [
            ("properties", !schema.properties.is_empty(), "object"),
            ("items", schema.items.is_some(), "array"),
        ];
        for (key, there, ty) in of {
            if there {
                let message = format!("a schema with `{key}` has no `type`: `{ty}` is assumed");
                report(Code::TypeMissing, &schema.origin.head(), message, "");
            }
        }
    }
}

/// Required names of a map. Those of an object are reported when its type is made.
fn undeclared(schema: &Schema, findings: &mut Vec<Finding>) {
    if !schema.properties.is_empty() || !schema.types.has(Type::Object) {
        return;
    }
    for name in &schema.required_undeclared {
        let message = format!("the required property `{}` is not declared", name.value);
        findings.push(
            Finding::new(Code::RequiredUnknown, &name.origin, message)
                .help("declare it under `properties`")
                .costs(crate::diag::Cost::Nothing),
        );
    }
}

/// Limits that do not apply to the type, or that nothing can meet.
fn limits(schema: &Schema, findings: &mut Vec<Finding>) {
    let limits = &schema.limits;
    let types = schema.types.value;
    let mut foreign = |key: &str, origin: Option<&Origin>, of: &[Type]| {
        if let Some(origin) = origin
            && schema.typed
            && !of.iter().any(|ty| types.has(*ty))
        {
            let words: Vec<&str> = types.without(Type::Null).iter().map(Type::as_str).collect();
            let message = format!("`{key}` does not apply to type `{}`", words.join("` or `"));
            findings.push(
                Finding::new(Code::Limits, origin, message).costs(crate::diag::Cost::Nothing),
            );
        }
    };
    fn place<T>(limit: &Option<Spanned<T>>) -> Option<&Origin> {
        limit.as_ref().map(|limit| &limit.origin)
    }
    // A decimal in a string has the bounds of its number.
    let decimal = schema
        .format
        .as_ref()
        .is_some_and(|format| format.value == "decimal");
    let number: &[Type] = if decimal {
        &[Type::Number, Type::Integer, Type::String]
    } else {
        &[Type::Number, Type::Integer]
    };
    foreign("minimum", place(&limits.minimum), number);
    foreign("maximum", place(&limits.maximum), number);
    foreign("exclusiveMinimum", place(&limits.exclusive_minimum), number);
    foreign("exclusiveMaximum", place(&limits.exclusive_maximum), number);
    foreign("multipleOf", place(&limits.multiple_of), number);
    foreign("minLength", place(&limits.min_length), &[Type::String]);
    foreign("maxLength", place(&limits.max_length), &[Type::String]);
    foreign("pattern", place(&limits.pattern), &[Type::String]);
    foreign("minItems", place(&limits.min_items), &[Type::Array]);
    foreign("maxItems", place(&limits.max_items), &[Type::Array]);
    foreign("uniqueItems", place(&limits.unique_items), &[Type::Array]);
    foreign(
        "minProperties",
        place(&limits.min_properties),
        &[Type::Object],
    );
    foreign(
        "maxProperties",
        place(&limits.max_properties),
        &[Type::Object],
    );
    let counts = [
        (
            "minLength",
            &limits.min_length,
            "maxLength",
            &limits.max_length,
        ),
        ("minItems", &limits.min_items, "maxItems", &limits.max_items),
        (
            "minProperties",
            &limits.min_properties,
            "maxProperties",
            &limits.max_properties,
        ),
    ];
    for (low_key, low, high_key, high) in counts {
        if let (Some(low), Some(high)) = (low, high)
            && low.value > high.value
        {
            let message = format!(
                "nothing is allowed: `{low_key}` is {}, `{high_key}` is {}",
                low.value, high.value
            );
            contradiction(&low.origin, message, findings);
        }
    }
    bounds(schema, findings);
}

fn bounds(schema: &Schema, findings: &mut Vec<Finding>) {
    let limits = &schema.limits;
    let value = |limit: &Option<Spanned<serde_json::Number>>| {
        limit
            .as_ref()
            .and_then(|limit| Some((limit.value.as_f64()?, limit.origin.clone())))
    };
    let low = value(&limits.minimum).map(|low| (low, false));
    let low = low.or(value(&limits.exclusive_minimum).map(|low| (low, true)));
    let high = value(&limits.maximum).map(|high| (high, false));
    let high = high.or(value(&limits.exclusive_maximum).map(|high| (high, true)));
    if let (Some(((low, origin), low_open)), Some(((high, _), high_open))) = (low, high)
        && (low > high || (low >= high && (low_open || high_open)))
    {
        let message = format!("no number is allowed: the lowest is {low}, the highest {high}");
        contradiction(&origin, message, findings);
    }
    if let Some(step) = &limits.multiple_of
        && step.value.as_f64().is_some_and(|step| step <= 0.0)
    {
        contradiction(
            &step.origin,
            "`multipleOf` is not positive".into(),
            findings,
        );
    }
}

fn contradiction(origin: &Origin, message: String, findings: &mut Vec<Finding>) {
    findings.push(Finding::new(Code::Limits, origin, message).costs(crate::diag::Cost::Nothing));
}

/// The words of a name: `unitPrice_total` → `unit`, `price`, `total`.
fn words(name: &str) -> Vec<String> {
    use heck::ToSnakeCase;
    name.to_snake_case().split('_').map(str::to_owned).collect()
}

fn money(field: &Field, findings: &mut Vec<Finding>) {
    const MONEY: &[&str] = &[
        "price", "amount", "cost", "total", "fee", "balance", "discount", "tax",
    ];
    let float = matches!(field.ty, TypeRef::Scalar(Scalar::Float32 | Scalar::Float64));
    let words = words(&field.wire);
    let last = words.last().map_or("", String::as_str);
    if float && MONEY.contains(&last) {
        let message = format!(
            "`{}` looks like money, and is a binary floating-point number",
            field.wire
        );
        findings.push(
            Finding::new(Code::MoneyFloat, &field.origin, message)
                .help("write `format: decimal`: its digits are kept"),
        );
    }
}

fn secret(field: &Field, findings: &mut Vec<Finding>) {
    const SECRET: &[&str] = &["password", "passwd", "secret", "apikey"];
    let words = words(&field.wire);
    let named = words
        .last()
        .is_some_and(|word| SECRET.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| pair == ["api", "key"] || pair == ["access", "token"]);
    if named && field.ty == TypeRef::Scalar(Scalar::String) && field.constant.is_none() {
        let message = format!(
            "`{}` looks like a secret, and is printed like any text",
            field.wire
        );
        findings.push(
            Finding::new(Code::SecretUnmarked, &field.origin, message)
                .help("write `format: password`"),
        );
    }
}

/// Lists of a request that say nothing of how many items they take.
fn unbounded(
    def: &TypeDef,
    field: &Field,
    seen: &mut HashSet<(String, u32)>,
    findings: &mut Vec<Finding>,
) {
    let list = matches!(field.ty, TypeRef::List(_)) && field.constraints.max_items.is_none();
    if !(def.usage.request && list) {
        return;
    }
    let place = (
        field.origin.path().to_owned(),
        u32::try_from(field.origin.start()).unwrap_or(0),
    );
    if seen.insert(place) {
        let message = format!("the list `{}` has no `maxItems`", field.wire);
        findings.push(
            Finding::new(Code::Unbounded, &field.origin, message)
                .help("say how many items the server takes"),
        );
    }
}

fn near_values(values: &[EnumValue], origin: &Origin, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for value in values.iter().filter_map(|value| value.wire.as_str()) {
        let folded: String = value
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect();
        if let Some(other) = seen.insert(folded, value) {
            let message =
                format!("the values {other:?} and {value:?} differ by case or white space only");
            findings.push(
                Finding::new(Code::EnumNear, &origin.head(), message)
                    .help("check that the server knows both"),
            );
        }
    }
}
