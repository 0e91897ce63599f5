//! Inline enums of one property name and equal values are one type: `Locale`, where several share it.

use std::collections::{BTreeMap, HashMap, HashSet};

use heck::ToUpperCamelCase;

use super::{Deriver, Key, Part};
use crate::model::{Enum, TypeDef, TypeId, TypeKind, TypeName};

/// Types that another takes the place of.
pub(super) type Replaced = HashMap<TypeId, TypeId>;

impl Deriver<'_> {
    pub(super) fn share_enums(&self, types: &mut [TypeDef], keys: &[Key]) -> Replaced {
        let mut groups: BTreeMap<(String, String), Vec<TypeId>> = BTreeMap::new();
        for (at, (def, key)) in types.iter().zip(keys).enumerate() {
            let (TypeKind::Enum(made), TypeName::Inline(_), Part::Whole) =
                (&def.kind, &def.name, key.part)
            else {
                continue;
            };
            if let Some(property) = self.places.property(key.id) {
                let group = (property.to_owned(), content(def, made));
                groups.entry(group).or_default().push(TypeId(at));
            }
        }
        // A name goes to a group only if no other wants it, and no component has it.
        let mut wanted: HashMap<String, usize> = HashMap::new();
        for ((property, _), _) in groups.iter().filter(|(_, ids)| ids.len() > 1) {
            *wanted.entry(property.to_upper_camel_case()).or_default() += 1;
        }
        let components: HashSet<String> = self
            .doc
            .components
            .keys()
            .map(|name| name.to_upper_camel_case())
            .collect();
        let mut replaced = Replaced::new();
        for ((property, _), mut ids) in groups {
            if ids.len() < 2 {
                continue;
            }
            ids.sort_by(|a, b| types[a.0].name.cmp(&types[b.0].name));
            let Some((first, others)) = ids.split_first() else {
                continue;
            };
            let short = property.to_upper_camel_case();
            if wanted.get(&short) == Some(&1) && !components.contains(&short) {
                types[first.0].name = TypeName::Inline(vec![property]);
            }
            replaced.extend(others.iter().map(|id| (*id, *first)));
        }
        replaced
    }
}

/// What two enums must have in common.
fn content(def: &TypeDef, made: &Enum) -> String {
    let mut text = format!("{:?} {:?}", def.rust_name, made.repr);
    for value in &made.values {
        text.push_str(&format!(
            "\n{} {:?} {:?}",
            value.wire, value.name, value.description
        ));
    }
    text
}
