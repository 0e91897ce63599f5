//! Headers of replies.

use indexmap::IndexMap;
use lavka_model::normalized::Header;
use lavka_model::source::Origin;

use super::{Change, Scope, Wire, params, schema};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

pub(super) fn compare(
    wire: &mut Wire<'_>,
    (one, other): (&IndexMap<String, Header>, &IndexMap<String, Header>),
    (base, head): (&Origin, &Origin),
    place: &str,
    scope: &Scope,
) {
    let find = |all: &'_ IndexMap<String, Header>, name: &str| {
        let mut names = all.keys();
        names.find(|key| key.eq_ignore_ascii_case(name)).cloned()
    };
    for (name, before) in one {
        let place = format!("{place} header {name}");
        let Some(after) = find(other, name).and_then(|name| other.get(&name)) else {
            let (variance, word) = if before.required.value {
                (Variance::Incomparable, "required")
            } else {
                (Variance::Narrows, "optional")
            };
            let mut change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                place,
                format!("the {word} header `{name}` is removed"),
                Spot::at(&before.origin, name.as_str()),
                Spot::near(head),
            )
            .reply();
            if !before.required.value {
                change = change.level(Level::Risky).behaves(
                    Level::Risky,
                    "programs built before find no value, without an error",
                );
            }
            wire.report(change, scope);
            continue;
        };
        if before.required.value != after.required.value {
            let (variance, what) = if after.required.value {
                (
                    Variance::Narrows,
                    format!("the header `{name}` is always sent"),
                )
            } else {
                (
                    Variance::Widens,
                    format!("the header `{name}` may be missing"),
                )
            };
            let change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                place.as_str(),
                what,
                Spot::at(&before.required.origin, before.required.value.to_string()),
                Spot::at(&after.required.origin, after.required.value.to_string()),
            )
            .reply();
            wire.report(change, scope);
        }
        let spots = || (Spot::at(&before.origin, ""), Spot::at(&after.origin, ""));
        if !schema::same_text(before.description.as_deref(), after.description.as_deref()) {
            let (was, is) = spots();
            let what = format!("the description of `{name}` changes");
            wire.documents(
                &catalogue::PARAMETER_TEXT,
                place.as_str(),
                what,
                was,
                is,
                scope,
            );
        }
        if before.deprecated.value != after.deprecated.value {
            let what = format!("whether `{name}` is deprecated changes");
            wire.behaves(
                &catalogue::PARAMETER_DEPRECATED,
                place.as_str(),
                what,
                "the compiler warns where new bindings are used",
                spots(),
                scope,
            );
        }
        params::value(
            wire,
            (&before.value, &after.value),
            Direction::Reply,
            &place,
            spots(),
            scope,
        );
    }
    for (name, after) in other {
        if find(one, name).is_none() {
            let variance = if after.required.value {
                Variance::Incomparable
            } else {
                Variance::Widens
            };
            let change = Change::new(
                &catalogue::REPLY_HEADER,
                variance,
                format!("{place} header {name}"),
                format!("the header `{name}` is added"),
                Spot::near(base),
                Spot::at(&after.origin, name.as_str()),
            )
            .reply()
            .level(Level::Compatible);
            wire.report(change, scope);
        }
    }
}
